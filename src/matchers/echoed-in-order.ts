/** `toHaveEchoedInOrder`: whether the results of every stream went out in order, each with the audio that had come. */

import { show } from '../core/show.js';
import { about } from '../failures/entry-words.js';
import { failureText } from '../failures/failure-text.js';
import { nearest } from '../failures/nearest.js';
import type { Failure } from '../failures/scene.js';
import type { Judgement, MatcherResult } from './matcher-result.js';
import { type Mismatch, StreamResults } from './stream-results.js';
import { evaluate, type Subject } from './subject.js';

const EXPECTED = 'every result to have come in sequence order, with the audio that was received';

export function toHaveEchoedInOrder(received: unknown): Judgement {
  return evaluate('toHaveEchoedInOrder', received, match);
}

function match(subject: Subject): MatcherResult {
  const streams = new Map<string, StreamResults>();
  const mismatch = findMismatch(subject, streams);
  const results = [...streams.values()].flatMap(({ order }) => order).length;
  const pass = mismatch === undefined && results > 0;
  return { pass, message: () => (pass ? describePass(subject, streams) : describeFailure(subject, streams, mismatch)) };
}

/** Reads the whole timeline, also behind a mismatch, so that the order can be shown in full. */
function findMismatch({ scene: { entries } }: Subject, streams: Map<string, StreamResults>): Mismatch | undefined {
  const mismatches: Mismatch[] = [];
  const firstKept = entries[0]?.n ?? 1;
  for (const entry of entries) {
    const key = entry.sessionId ?? entry.streamId;
    const stream = streams.get(key) ?? new StreamResults(entry.streamId, firstKept);
    streams.set(key, stream);
    const mismatch = stream.add(entry);
    if (mismatch !== undefined) mismatches.push(mismatch);
  }
  return mismatches[0];
}

function describePass({ scene }: Subject, streams: ReadonlyMap<string, StreamResults>): string {
  const headline =
    'expected some result to have come out of order or without the audio that was received, but all were as they should be';
  const awaited = ['a `fragment:processed` out of sequence order, or with other audio than its fragment'];
  const sections: Failure['sections'] = [
    ['awaited', awaited],
    ['order', listOrders(streams)],
  ];
  return failureText({ headline, sections }, scene);
}

function describeFailure(
  { scene }: Subject,
  streams: ReadonlyMap<string, StreamResults>,
  mismatch: Mismatch | undefined,
): string {
  const what = mismatch ? `stream ${show(mismatch.streamId)} ${mismatch.sentence}` : 'no result has been sent';
  const near = mismatch ? mismatch.entries.map(about) : nearest({ event: 'fragment:processed' }, scene);
  const sections: Failure['sections'] = [
    ['awaited', ['each `fragment:processed` in sequence order, retries excepted, with the audio of its fragment']],
    [mismatch ? 'evidence' : 'nearest', near],
    ['order', listOrders(streams)],
  ];
  return failureText({ headline: `expected ${EXPECTED}, but ${what}`, sections }, scene);
}

/** How many sequence numbers of a stream are shown. */
const MAX_SHOWN = 30;

/** The sequence numbers of the results, in the order of the timeline. */
function listOrders(streams: ReadonlyMap<string, StreamResults>): string[] {
  const withResults = [...streams.values()].filter(({ order }) => order.length > 0);
  return withResults.map(({ streamId, order }) => {
    const more = order.length > MAX_SHOWN ? `the last ${MAX_SHOWN} of ${order.length}: ` : '';
    return `stream ${show(streamId)}: ${more}${order.slice(-MAX_SHOWN).join(', ')}`;
  });
}
