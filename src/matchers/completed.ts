/** `toHaveCompleted`: whether every stream that was begun has got its `stream:complete`. */

import { show } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import { lacks } from '../failures/completion.js';
import { failureText } from '../failures/failure-text.js';
import { nearest } from '../failures/nearest.js';
import type { Failure } from '../failures/scene.js';
import type { Judgement, MatcherResult } from './matcher-result.js';
import { evaluate, type Subject } from './subject.js';

/** How many open streams are listed. */
const MAX_SHOWN = 5;

export function toHaveCompleted(received: unknown): Judgement {
  return evaluate('toHaveCompleted', received, match);
}

function match(subject: Subject): MatcherResult {
  const streams = newestOfEachStream(subject);
  const open = streams.filter(({ completedAt }) => completedAt === undefined);
  const pass = streams.length > 0 && open.length === 0;
  return { pass, message: () => describe(subject, streams, open) };
}

/** A worker that reconnects begins its stream anew: the newest session owns the stream (PROTOCOL §6.9). */
function newestOfEachStream({ scene, view }: Subject): SessionSnapshot[] {
  // After `reset()` a view is all that is left of its session.
  const sessions = view !== undefined && scene.sessions.length === 0 ? [view] : scene.sessions;
  const newest = new Map<string, SessionSnapshot>();
  for (const session of sessions)
    if (session.streamId !== '' && !newest.has(session.streamId)) newest.set(session.streamId, session);
  return [...newest.values()];
}

function describe(subject: Subject, streams: readonly SessionSnapshot[], open: readonly SessionSnapshot[]): string {
  const { scene, view } = subject;
  const isMet = streams.length > 0 && open.length === 0;
  const each = isMet ? 'at least one stream' : 'every stream that was begun';
  const whose = view === undefined ? each : `stream ${show(view.streamId)}`;
  const sections: Failure['sections'] = [
    ['awaited', [`${isMet ? `${whose} without` : `${whose} with`} its \`stream:complete\``]],
    ['nearest', streams.length === 0 ? nearest({ event: 'stream:init' }, scene) : listOpen(open)],
  ];
  // Not all may be shown.
  const sessions = [...new Set([...open, ...scene.sessions])];
  return failureText({ headline: headline(subject, streams, open), sections }, { ...scene, sessions });
}

function listOpen(open: readonly SessionSnapshot[]): string[] {
  const more = open.length > MAX_SHOWN ? [`and ${open.length - MAX_SHOWN} more`] : [];
  return [
    ...open.slice(0, MAX_SHOWN).map((session) => `stream ${show(session.streamId)}: ${describeMissing(session)}`),
    ...more,
  ];
}

/** What it needs to be complete. */
function describeMissing(session: SessionSnapshot): string {
  const reasons = lacks(session);
  return reasons.length === 0 ? `it is ${session.state}` : reasons.join(', ');
}

function headline({ view }: Subject, streams: readonly SessionSnapshot[], open: readonly SessionSnapshot[]): string {
  const [first] = open;
  if (view !== undefined)
    return first === undefined
      ? `expected stream ${show(view.streamId)} not to have completed, but it has`
      : `expected stream ${show(view.streamId)} to have completed, but it is ${first.state}`;
  if (streams.length === 0) return 'expected every stream to have completed, but no stream has been begun';
  if (first === undefined)
    return `expected some stream not to have completed, but ${streams.length === 1 ? 'the only one has' : `all ${streams.length} have`}`;
  const names = open.map((session) => `${show(session.streamId)} (${session.state})`).slice(0, MAX_SHOWN);
  const more = open.length > names.length ? ', …' : '';
  const count = streams.length === 1 ? 'the only one has' : `${open.length} of ${streams.length} have`;
  return `expected every stream to have completed, but ${count} not: ${names.join(', ')}${more}`;
}
