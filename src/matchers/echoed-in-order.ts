/** `toHaveEchoedInOrder`: whether every fragment of every stream has come back, in order, with the audio that had come. */

import * as v from 'valibot';
import { closedRecord, integer, listOf } from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import { show } from '../core/show.js';
import { about } from '../failures/entry-words.js';
import { failureText } from '../failures/failure-text.js';
import { nearest } from '../failures/nearest.js';
import type { Failure } from '../failures/scene.js';
import { type Finding, findingsOf, isWrong, type Streams } from './echo-findings.js';
import { checkedOptions } from './invalid-argument.js';
import type { Judgement, MatcherResult } from './matcher-result.js';
import { StreamResults } from './stream-results.js';
import { evaluate, type Subject } from './subject.js';

const MATCHER = 'toHaveEchoedInOrder';
const EXPECTED = 'every result to have come in sequence order, with the audio that was received';
const PENDING_HINT = 'what is still on its way has not come back; `await sts.idle()` first';
/** How many findings are listed besides the first. */
const MOST_FINDINGS = 5;

/** What need not have come back. */
export interface EchoedOptions {
  /**
   * Sequence numbers of fragments, in each stream, that may have been dropped, may have failed, or may have come back with other
   * audio. What comes back of them has to be in order all the same.
   */
  except?: readonly number[];
}

const echoedOptions = closedRecord({ except: v.optional(listOf(integer(0), 'sequence numbers'), []) });

true satisfies Same<EchoedOptions, v.InferInput<typeof echoedOptions>>;

export function toHaveEchoedInOrder(received: unknown, options: EchoedOptions = {}): Judgement {
  const except = new Set<number>(checkedOptions(MATCHER, echoedOptions, options).except);
  return evaluate(MATCHER, received, (subject) => match(subject, except));
}

function match(subject: Subject, except: ReadonlySet<number>): MatcherResult {
  const streams = readStreams(subject, except);
  const { entries, sessions } = subject.scene;
  const hasResults = [...streams.values()].some(({ order }) => order.length > 0);
  const pass = !isWrong(streams, sessions) && hasResults;
  return {
    pass,
    message: () =>
      pass
        ? describePass(subject, streams, except)
        : describeFailure(subject, streams, findingsOf(streams, entries, sessions), except),
  };
}

/** By sessions, for each session of a stream begins its numbers anew (PROTOCOL §6.9). */
function readStreams({ scene: { entries } }: Subject, except: ReadonlySet<number>): Streams {
  const streams = new Map<string, StreamResults>();
  const firstKept = entries[0]?.n ?? 1;
  for (const entry of entries) {
    const key = entry.sessionId ?? entry.streamId;
    const stream = streams.get(key) ?? new StreamResults(entry.streamId, firstKept, except);
    streams.set(key, stream);
    stream.add(entry);
  }
  return streams;
}

function describePass({ scene }: Subject, streams: Streams, except: ReadonlySet<number>): string {
  const headline =
    'expected some result to have come out of order or without the audio that was received, but all were as they should be';
  const awaited = [
    `a \`fragment:processed\` out of sequence order, or with other audio than its fragment${excepting(except)}`,
  ];
  const sections: Failure['sections'] = [
    ['awaited', awaited],
    ['order', listOrders(streams)],
  ];
  return failureText({ headline, sections }, scene);
}

function describeFailure(
  { scene }: Subject,
  streams: Streams,
  findings: readonly Finding[],
  except: ReadonlySet<number>,
): string {
  const hasResults = [...streams.values()].some(({ order }) => order.length > 0);
  const [first] = hasResults ? findings : [];
  const others = hasResults
    ? findings.slice(1)
    : findings.filter(({ isExplained, isPending }) => isExplained && !isPending);
  const near = first === undefined ? nearest({ event: 'fragment:processed' }, scene) : first.entries.map(about);
  const awaited = `each \`fragment:processed\` in sequence order, retries excepted, with the audio of its fragment${excepting(except)}`;
  const sections: Failure['sections'] = [
    ['awaited', [awaited]],
    [first === undefined ? 'nearest' : 'evidence', near],
    ['also', listOthers(others)],
    ['order', listOrders(streams)],
    ['hint', first?.isPending && scene.clock === undefined ? [PENDING_HINT] : []],
  ];
  const headline = `expected ${EXPECTED}, but ${first?.sentence ?? 'no result has been sent'}`;
  return failureText({ headline, sections }, scene);
}

function listOthers(others: readonly Finding[]): string[] {
  const more = others.length > MOST_FINDINGS ? [`and ${others.length - MOST_FINDINGS} more`] : [];
  return [...others.slice(0, MOST_FINDINGS).map(({ sentence }) => sentence), ...more];
}

function excepting(except: ReadonlySet<number>): string {
  const numbers = [...except].slice(0, MAX_SHOWN).join(', ');
  return except.size === 0 ? '' : `; ${numbers}${except.size > MAX_SHOWN ? ', …' : ''} may be missing or other`;
}

/** How many sequence numbers of a stream are shown. */
const MAX_SHOWN = 30;

/** The sequence numbers of the results, in the order of the timeline. */
function listOrders(streams: Streams): string[] {
  const withResults = [...streams.values()].filter(({ order }) => order.length > 0);
  return withResults.map(({ streamId, order }) => {
    const more = order.length > MAX_SHOWN ? `the last ${MAX_SHOWN} of ${order.length}: ` : '';
    return `stream ${show(streamId)}: ${more}${order.slice(-MAX_SHOWN).join(', ')}`;
  });
}
