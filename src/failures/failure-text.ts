/**
 * The text of a failure: what workers did wrong, what was awaited, what came nearest and how it differs, how the sessions stand,
 * the seed, and the end of the timeline. A person has to know the cause from it alone.
 */

import type { SessionSnapshot } from '../core/snapshot.js';
import { wrap } from '../drawing/cells.js';
import { formatColumns } from '../drawing/format-columns.js';
import { refusedLines, waitingLines } from './arrivals.js';
import { grouped } from './grouped.js';
import type { Failure, Scene, Section } from './scene.js';
import { omissionSection, stateSections } from './session-states.js';
import { violationSections } from './violation-sections.js';

/** The end of the timeline is so long. */
const TAIL = 10;
/** So many kinds of violations are shown. */
const MOST_VIOLATIONS = 3;
/** No line is wider, in cells of a terminal; those of the timeline are indented besides. */
const WIDTH = 120;
/** Room for the names of the sections, and before them. */
const MARGIN = 10;
const INDENT = 2;
/** Of a line that does not fit. */
const MOST_ROWS = 8;

export function failureText({ headline, sections }: Failure, scene: Scene): string {
  const { clock, unclaimed = [], dropped = 0, seed } = scene;
  const causes: Section[] = [...violationsBefore(sections, scene), omissionSection(scene)];
  // Of several that are alike the first stands for all.
  const counted = (scene.violations ?? []).map(({ message }) => message);
  const said = [...causes, ...sections]
    .flatMap(([, content]) => content)
    .concat(counted)
    .join('\n');
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

/** The same scene with the sessions of that stream first: not all may be shown. */
export function aboutStream(streamId: string | undefined, scene: Scene): Scene {
  const isMeant = (session: SessionSnapshot) => streamId === undefined || session.streamId === streamId;
  const others = scene.sessions.filter((session) => !isMeant(session));
  return { ...scene, sessions: [...scene.sessions.filter(isMeant), ...others] };
}

/** The sections, those left out that have nothing to say; a sentence that is said several times stands once. */
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
 * What workers did wrong, unless that is what failed: it is shown first, for the end of the timeline may not reach back to it.
 * What comes nearest may say it, too.
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

/** What has been `said` above is not repeated. */
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
  return `${which} not in the timeline any more; the option \`timeline: { limit }\` keeps more`;
}

/** What is not `said` already of those that have no session. */
function arrivals(scene: Scene, said: string): Section[] {
  const unsaid = (line: string) => !said.includes(line);
  return [
    ['refused', refusedLines(scene).filter(unsaid)],
    ['pending', waitingLines(scene).filter(unsaid)],
  ];
}
