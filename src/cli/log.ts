/** The lines of the log: one for each entry of the timeline, for people or for programs. */

import { crop, padEnd, visible } from '../drawing/cells.js';
import { summarize } from '../drawing/summary.js';
import type { Direction, EventName, TimelineEntry } from '../timeline/entry.js';
import type { Environment } from './environment.js';

/** From everything to nothing. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogStyle {
  readonly logLevel: LogLevel;
  readonly isJson: boolean;
  readonly isColoured: boolean;
}

type EntryLevel = 'info' | 'warn' | 'error';

/** Errors of the service, and what a worker does wrong; everything else is `info`. */
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

/** One line, without its end; undefined where the level is not logged. `debug` shows the payload as well. */
export function entryLine(entry: TimelineEntry, { logLevel, isJson, isColoured }: LogStyle): string | undefined {
  const level = LEVELS[entry.event] ?? 'info';
  if (!isLogged(level, logLevel)) return undefined;
  if (isJson) return JSON.stringify({ level, ...entry });
  const time = `${new Date(entry.atMs).toISOString().slice(11, -1)}Z`;
  const stream = padEnd(crop(visible(entry.streamId) || '-', STREAM_CELLS), 12);
  const payload = logLevel === 'debug' ? `  ${visible(JSON.stringify(entry.payload))}` : '';
  const text = `${padEnd(level, 5)} ${ARROWS[entry.direction]} ${stream}  ${summarize(entry)}${payload}`;
  return isColoured ? `${DIM}${time}${PLAIN} ${COLOURS[level]}${text}${PLAIN}` : `${time} ${text}`;
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
