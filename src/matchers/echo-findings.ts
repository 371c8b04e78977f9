/** What is wrong with the echoes of some streams, in sentences: whose audio came, and what has not come back. */

import { show } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { type Audio, audioOf } from './audio.js';
import { describeLikeness } from './audio-likeness.js';
import { explainPlaces, keyOf, type Place } from './audio-places.js';
import { describeFault } from './entry-text.js';
import type { Unechoed } from './fragment-outcomes.js';
import type { Echo, Mismatch, StreamResults } from './stream-results.js';

/** Something wrong with a stream. */
export interface Finding {
  /** A clause that names the stream. */
  readonly sentence: string;
  /** In the order of the timeline. */
  readonly entries: readonly TimelineEntry[];
  /** It may come right by itself. */
  readonly isPending: boolean;
  /** It says why. */
  readonly isExplained: boolean;
}

/** Every session with results or fragments, by its id, in the order of the timeline. */
export type Streams = ReadonlyMap<string, StreamResults>;

/** Whose audio each is. */
type Origins = ReadonlyMap<string, { readonly sessionKey: string; readonly entry: TimelineEntry<'fragment:data'> }>;

/** Evidence of one finding. */
const MOST_ENTRIES = 4;

/** Whether anything is wrong; costs less than the sentences. */
export function isWrong(streams: Streams, sessions: readonly SessionSnapshot[]): boolean {
  const lists = [...streams.values()];
  if (lists.some(({ mismatches, echoes }) => mismatches.length > 0 || echoes.some(({ isExact }) => !isExact)))
    return true;
  return missing(streams, sessions).some((each) => each.length > 0);
}

/** Everything that is wrong, in the order in which it happened; what has not come back is last. */
export function findingsOf(
  streams: Streams,
  entries: readonly TimelineEntry[],
  sessions: readonly SessionSnapshot[],
): Finding[] {
  const origins = originsOf(entries);
  const unechoed = missing(streams, sessions);
  const [wrong, absent]: [Finding[], Finding[]] = [[], []];
  for (const [index, [sessionKey, stream]] of [...streams].entries()) {
    const name = `stream ${show(stream.streamId)}`;
    wrong.push(...stream.mismatches.map((mismatch) => ofMismatch(name, mismatch)));
    wrong.push(...describeAudio(stream, (audio) => describeOrigin(audio, sessionKey, stream, origins)));
    absent.push(
      ...(unechoed[index] ?? []).map(({ sentence, ...rest }) => ({ ...rest, sentence: `${name} ${sentence}` })),
    );
  }
  wrong.sort((one, other) => last(one) - last(other));
  absent.sort((one, other) => Number(one.isPending) - Number(other.isPending));
  return [...wrong, ...absent];
}

function last({ entries }: Finding): number {
  return entries.at(-1)?.n ?? 0;
}

function ofMismatch(name: string, { sentence, entries }: Mismatch): Finding {
  return { sentence: `${name} ${sentence}`, entries, isPending: false, isExplained: true };
}

/** Of each stream, unless the worker has sent it again in a later session of the stream, and it has come back. */
function missing(streams: Streams, sessions: readonly SessionSnapshot[]): Unechoed[][] {
  const snapshots = new Map(sessions.map((session) => [session.sessionId, session]));
  const echoedLater = new Map<string, Set<string>>();
  const lists = [...streams].reverse().map(([sessionKey, stream]) => {
    const later = echoedLater.get(stream.streamId) ?? new Set();
    const unechoed = stream.unechoed(snapshots.get(sessionKey)).filter(({ fragmentId }) => !later.has(fragmentId));
    for (const fragmentId of stream.echoed) later.add(fragmentId);
    echoedLater.set(stream.streamId, later);
    return unechoed;
  });
  return lists.reverse();
}

/** By audio, the first fragment that carried it. */
function originsOf(entries: readonly TimelineEntry[]): Origins {
  const origins = new Map<string, { sessionKey: string; entry: TimelineEntry<'fragment:data'> }>();
  for (const entry of entries) {
    if (entry.event !== 'fragment:data') continue;
    const key = keyOf(summaryOf(entry.payload.audio));
    if (!origins.has(key)) origins.set(key, { sessionKey: entry.sessionId ?? entry.streamId, entry });
  }
  return origins;
}

/** Of audio that none of the stream's results were to have: which fragment carried it. */
function describeOrigin(audio: Audio, sessionKey: string, stream: StreamResults, origins: Origins): string | undefined {
  const origin = origins.get(keyOf(audio));
  if (origin === undefined) return undefined;
  const { n, streamId, payload } = origin.entry;
  const what = `that of #${payload.sequence_number}`;
  if (origin.sessionKey === sessionKey) return `${what} as it came in entry #${n}`;
  const where = streamId === stream.streamId ? 'another session of this stream' : `stream ${show(streamId)}`;
  return `${what} of ${where}, entry #${n}`;
}

function describeAudio({ streamId, echoes }: StreamResults, originOf: (audio: Audio) => string | undefined): Finding[] {
  const name = `stream ${show(streamId)}`;
  const altered = echoes.filter(isAltered);
  const byNumber = firstWrong(echoes.filter((echo) => !isAltered(echo)));
  const { findings, unexplained } = explainPlaces([...byNumber].map(placeOf));
  const finding = (sentence: string, ...shown: readonly (Echo | undefined)[]) => ({
    sentence,
    entries: shown.flatMap(evidence).slice(0, MOST_ENTRIES),
    isPending: false,
    isExplained: true,
  });
  return [
    ...findings.map(({ numbers, sentence }) =>
      finding(`in ${name} ${sentence}`, ...numbers.slice(0, MOST_ENTRIES).map((number) => byNumber.get(number))),
    ),
    ...unexplained.map(({ number, came }) => {
      const echo = byNumber.get(number) as Echo;
      const whose = originOf(came) ?? likenessOf(echo);
      return finding(`${name} ${describeChange(echo, ` (${whose})`)}`, echo);
    }),
    ...altered.map((echo) => finding(`${name} ${describeChange(echo)}${describeFault(echo.result)}`, echo)),
  ];
}

/** One of each number: a wrong one, if there is one. */
function firstWrong(echoes: readonly Echo[]): Map<number, Echo> {
  const byNumber = new Map<number, Echo>();
  for (const echo of echoes) {
    const { sequence_number: number } = echo.result.payload;
    if (byNumber.get(number)?.isExact !== false) byNumber.set(number, echo);
  }
  return byNumber;
}

/** By a rule, which is cause enough. */
function isAltered({ isExact, result }: Echo): boolean {
  return !isExact && result.cause?.fault !== undefined;
}

function evidence(echo: Echo | undefined): TimelineEntry[] {
  return echo === undefined ? [] : [echo.arrival, echo.result];
}

function describeChange({ arrival, result, sent }: Echo, whose = ''): string {
  const { bytes, hash } = arrival.payload.audio;
  const difference = `received ${bytes} bytes (hash ${hash}), sent ${sent.bytes} bytes (hash ${sent.hash})`;
  return `got the result of fragment ${result.payload.sequence_number} with other audio${whose}: ${difference}`;
}

function placeOf([number, { arrival, sent, isExact }]: [number, Echo]): Place {
  const awaited = summaryOf(arrival.payload.audio);
  return { number, awaited, came: isExact ? awaited : summaryOf(sent) };
}

function summaryOf({ bytes: size, hash }: Echo['sent']): Audio {
  return { size, hash };
}

function likenessOf({ arrival, sent }: Echo): string {
  return describeLikeness(audioIn(arrival.payload.audio), audioIn(sent));
}

/** Its bytes, too, where the timeline keeps them. */
function audioIn(summary: Echo['sent']): Audio {
  const found = audioOf(summary);
  return 'audio' in found ? found.audio : summaryOf(summary);
}
