/**
 * The text of a failure: violations, what was awaited, the nearest entries and how they differ, the state of the
 * sessions, the seed, and the end of the timeline. The text alone must show the cause.
 */

import type { SessionSnapshot } from '../core/snapshot.js';
import { wrap } from '../drawing/cells.js';
import { formatColumns } from '../drawing/format-columns.js';
import { refusedLines, waitingLines } from './arrivals.js';
import { grouped } from './grouped.js';
import { messagesIn } from './said.js';
import type { Failure, Scene, Section } from './scene.js';
import { omissionSection, stateSections } from './session-states.js';
import { violationSections } from './violation-sections.js';

/** Number of timeline entries at the end. */
const TAIL = 10;
/** Maximum number of kinds of violations that are shown. */
const MOST_VIOLATIONS = 3;
/** Maximum line width, in terminal cells; timeline lines are indented in addition. */
const WIDTH = 120;
/** Width of the section names, including the indentation. */
const MARGIN = 10;
const INDENT = 2;
/** Maximum number of rows of a line that does not fit. */
const MOST_ROWS = 8;

export function failureText({ headline, sections }: Failure, scene: Scene): string {
  const { clock, unclaimed = [], dropped = 0, seed } = scene;
  const causes: Section[] = [...violationsBefore(sections, scene), omissionSection(scene)];
  const above = [...causes, ...sections].flatMap(([, content]) => content).join('\n');
  const said = [above, ...messagesIn(above, scene.violations ?? [])].join('\n');
  const all: Section[] = [
    ...causes,
    ...sections,
    ['dropped', dropped === 0 ? [] : [droppedText(dropped)]],
    ...stateSections(scene, said),
    ...arrivals(scene, said),
    ['unclaimed', unclaimed],
    ['clock', clock === undefined ? [] : [clock]],
    ['seed', [seed]],
  ];
  return [headline, '', ...paragraphs(all), '', ...tail(scene, said)].join('\n');
}

/** The scene with the sessions of that stream first, because not all may be shown. */
export function aboutStream(streamId: string | undefined, scene: Scene): Scene {
  const isMeant = (session: SessionSnapshot) => streamId === undefined || session.streamId === streamId;
  const others = scene.sessions.filter((session) => !isMeant(session));
  return { ...scene, sessions: [...scene.sessions.filter(isMeant), ...others] };
}

/** Formats the sections, without empty ones and without repeated sentences. */
export function paragraphs(sections: Failure['sections']): string[] {
  return sections
    .filter(([, content]) => content.length > 0)
    .map(([name, content]) => section(name, withoutRepeats(content)));
}

function withoutRepeats(content: readonly string[]): string[] {
  return [...grouped(content, (line) => line)].map(([line, { length }]) =>
    length === 1 ? line : `${line} (×${length})`,
  );
}

/**
 * The violations, unless they are the failure itself. They come first, because the end of the timeline may not include
 * them. The nearest entries may mention them too.
 */
function violationsBefore(sections: Failure['sections'], { violations = [], sessions }: Scene): Section[] {
  if (sections.some(([name]) => name === 'violation')) return [];
  const said = sections.flatMap(([, content]) => content).join('\n');
  const unsaid = violations.filter(({ message }) => !said.includes(message));
  return violationSections(unsaid, sessions, MOST_VIOLATIONS);
}

function section(name: string, content: readonly string[]): string {
  const rows = content.flatMap((line) => wrap(line, WIDTH - INDENT - MARGIN, MOST_ROWS));
  const isLong = name.length >= MARGIN;
  const lines = rows.map((row, index) => (index === 0 && !isLong ? name : '').padEnd(MARGIN) + row);
  return [...(isLong ? [`${name}:`] : []), ...lines].map((line) => ' '.repeat(INDENT) + line).join('\n');
}

/** The end of the timeline. What was `said` above is not repeated. */
function tail({ entries }: Scene, said: string): string[] {
  if (entries.length === 0) return ['  timeline, empty'];
  const shown = entries.slice(-TAIL);
  const count = entries.length === 1 ? 'the only entry' : `all ${entries.length} entries`;
  const which = shown.length === entries.length ? count : `the last ${TAIL} of ${entries.length} entries`;
  const lines = formatColumns(shown, { among: entries, said });
  return [`  timeline, ${which}:`, ...lines.map((line) => `    ${line}`)];
}

function droppedText(dropped: number): string {
  const which = dropped === 1 ? 'the oldest entry is' : `the oldest ${dropped} entries are`;
  return `${which} no longer in the timeline; the option \`timeline: { limit }\` keeps more`;
}

/** Connections without a session, unless `said` already. */
function arrivals(scene: Scene, said: string): Section[] {
  const unsaid = (line: string) => !said.includes(line);
  return [
    ['refused', refusedLines(scene).filter(unsaid)],
    ['pending', waitingLines(scene).filter(unsaid)],
  ];
}
