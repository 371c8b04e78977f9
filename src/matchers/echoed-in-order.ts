/** `toHaveEchoedInOrder`: whether the results of every stream went out in order, each with the audio that had come. */

import { show } from '../core/show.js';
import { about, type Failure, failureText, nearest } from '../failures/failure-text.js';
import { type Offence, StreamOfResults } from './results.js';
import type { Judgement, MatcherResult } from './runner.js';
import { judge, type Subject } from './subject.js';

const ASKED = 'every result to have come in sequence order, with the audio that was received';

export function toHaveEchoedInOrder(received: unknown): Judgement {
  return judge('toHaveEchoedInOrder', received, verdict);
}

function verdict(subject: Subject): MatcherResult {
  const streams = new Map<string, StreamOfResults>();
  const offence = firstOffence(subject, streams);
  const results = [...streams.values()].flatMap(({ order }) => order).length;
  const pass = offence === undefined && results > 0;
  return { pass, message: () => (pass ? orderly(subject, streams) : disorderly(subject, streams, offence)) };
}

/** Goes through all of the timeline, even behind an offence, so that the order can be told in full. */
function firstOffence({ scene: { entries } }: Subject, streams: Map<string, StreamOfResults>): Offence | undefined {
  const offences: Offence[] = [];
  const firstKept = entries[0]?.n ?? 1;
  for (const entry of entries) {
    const key = entry.sessionId ?? entry.streamId;
    const stream = streams.get(key) ?? new StreamOfResults(entry.streamId, firstKept);
    streams.set(key, stream);
    const offence = stream.take(entry);
    if (offence !== undefined) offences.push(offence);
  }
  return offences[0];
}

function orderly({ scene }: Subject, streams: ReadonlyMap<string, StreamOfResults>): string {
  const headline =
    'expected some result to have come out of order or without the audio that was received, but all were as they should be';
  const awaited = ['a `fragment:processed` out of sequence order, or with other audio than its fragment'];
  const sections: Failure['sections'] = [
    ['awaited', awaited],
    ['order', orders(streams)],
  ];
  return failureText({ headline, sections }, scene);
}

function disorderly(
  { scene }: Subject,
  streams: ReadonlyMap<string, StreamOfResults>,
  offence: Offence | undefined,
): string {
  const what = offence ? `stream ${show(offence.streamId)} ${offence.sentence}` : 'no result has been sent';
  const near = offence ? offence.entries.map(about) : nearest({ event: 'fragment:processed' }, scene);
  const sections: Failure['sections'] = [
    ['awaited', ['each `fragment:processed` in sequence order, retries excepted, with the audio of its fragment']],
    [offence ? 'evidence' : 'nearest', near],
    ['order', orders(streams)],
  ];
  return failureText({ headline: `expected ${ASKED}, but ${what}`, sections }, scene);
}

/** How many sequence numbers of a stream are shown. */
const SHOWN = 30;

/** The sequence numbers of the results, as they came. */
function orders(streams: ReadonlyMap<string, StreamOfResults>): string[] {
  const withResults = [...streams.values()].filter(({ order }) => order.length > 0);
  return withResults.map(({ streamId, order }) => {
    const more = order.length > SHOWN ? `the last ${SHOWN} of ${order.length}: ` : '';
    return `stream ${show(streamId)}: ${more}${order.slice(-SHOWN).join(', ')}`;
  });
}
