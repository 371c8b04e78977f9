/** The lines of the log: one for each entry of the timeline, for people or for programs. */

import { abbreviate, show } from '../core/show.js';
import { crop, padEnd, visible } from '../drawing/cells.js';
import { summarize } from '../drawing/summary.js';
import type { Direction, EventName, TimelineEntry } from '../timeline/entry.js';
import type { Environment } from './environment.js';
import type { Logged } from './refusals.js';
import { UsageError } from './usage-error.js';

/** From everything to nothing. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Names of levels in other programs. */
const SYNONYMS: Readonly<Record<string, LogLevel>> = { warning: 'warn', critical: 'error' };

export interface LogStyle {
  readonly logLevel: LogLevel;
  readonly isJson: boolean;
  readonly isColoured: boolean;
}

type EntryLevel = 'info' | 'warn' | 'error';

/** Errors of the service, and what a worker does wrong; all other events are `info`. */
const LEVELS: Readonly<Partial<Record<EventName, EntryLevel>>> = {
  error: 'error',
  violation: 'warn',
  malformed: 'warn',
  unknown: 'warn',
  refused: 'warn',
  gap: 'warn',
  unclaimed: 'warn',
};
const ARROWS: Readonly<Record<Direction, string>> = { in: '→', out: '←', note: '·' };
const COLOURS: Readonly<Record<EntryLevel, string>> = { info: '', warn: '\u001b[33m', error: '\u001b[31m' };
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';
const STREAM_CELLS = 24;

/** Whether the output gets colours: a terminal does, unless `NO_COLOR` is set. */
export function isColoured({ isTTY }: { readonly isTTY?: boolean }, environment: Environment): boolean {
  return isTTY === true && !environment['NO_COLOR'];
}

/** Whether something of that level is logged. */
export function isLogged(level: EntryLevel, logLevel: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(logLevel);
}

/**
 * One line, without its end; undefined where the level is not logged. At `debug` it has the payload as well. An `error` that refuses a
 * message is a warning: the worker is at fault, not the service.
 */
export function entryLine({ entry, refused }: Logged, { logLevel, isJson, isColoured }: LogStyle): string | undefined {
  const level = refused === undefined ? (LEVELS[entry.event] ?? 'info') : 'warn';
  if (!isLogged(level, logLevel)) return undefined;
  if (isJson) return JSON.stringify({ level, ...entry, ...(refused !== undefined && { refused }) });
  const time = `${new Date(entry.atMs).toISOString().slice(11, -1)}Z`;
  const stream = padEnd(crop(visible(entry.streamId) || '-', STREAM_CELLS), 12);
  const payload = logLevel === 'debug' ? `  ${visible(JSON.stringify(entry.payload))}` : '';
  const [arrow, summary] =
    refused === undefined
      ? [ARROWS[entry.direction], summarize(entry)]
      : [ARROWS[refused.direction], `${nameOf(refused)}  refused with ${withoutName(summarize(entry))}`];
  const text = `${padEnd(level, 5)} ${arrow} ${stream}  ${summary}${payload}`;
  return isColoured ? `${DIM}${time}${PLAIN} ${COLOURS[level]}${text}${PLAIN}` : `${time} ${text}`;
}

/** As the worker named it. */
function nameOf({ event, payload }: TimelineEntry): string {
  return visible(abbreviate('event' in payload ? String(payload.event) : event));
}

/** `error  CODE: sentence` → `CODE: sentence`. */
function withoutName(summary: string): string {
  return summary.replace(/^error {2}/, '');
}

/** The line in place of those that nobody read, with its end. */
export function droppedLine(lines: number, style: Pick<LogStyle, 'isJson'>): string {
  const sentence = `echo-sts has dropped ${lines} ${lines === 1 ? 'line' : 'lines'} here: nobody read the log.`;
  return `${ownLine(sentence, 'dropped', { level: 'warn', lines }, style)}\n`;
}

/** What is said of the program itself: a sentence, or an object with the same facts, whose `level` is `info` unless they say another. */
export function ownLine(sentence: string, event: string, facts: object, { isJson }: Pick<LogStyle, 'isJson'>): string {
  return isJson ? JSON.stringify({ level: 'info', event, ...facts }) : sentence;
}

/** Undefined where nothing is said. Throws a `UsageError` that names where a wrong level comes from. */
export function levelOf(text: string | undefined, from: string): LogLevel | undefined {
  if (text === undefined || text === '') return undefined;
  const name = text.toLowerCase();
  const level = SYNONYMS[name] ?? LOG_LEVELS.find((each) => each === name);
  if (level !== undefined) return level;
  throw new UsageError(`${from}: expected one of ${LOG_LEVELS.join(', ')}, got ${show(text)}.`);
}
