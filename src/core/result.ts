/** The result of a fragment: what `fragment:processed` says of it (PROTOCOL §3). */

import type { Pending } from './fragment-queue.js';
import type { Fragment, Processed } from './protocol.js';

/** PROTOCOL §3: mock text begins so. */
const ECHO_MARK = '[ECHO]';
/** How the processing time is shared out; text to speech gets the rest. */
const ASR_SHARE = 0.4;
const TRANSLATION_SHARE = 0.2;

/** Pure: the audio in it is the very object that came in. */
export function resultOf(
  { fragment, outcome, receivedAt }: Pending,
  targetLanguage: string,
  transcript: (fragment: Fragment) => string,
  now: number,
): Processed {
  const processingTimeMs = now - receivedAt;
  return {
    kind: 'fragment:processed',
    fragmentId: fragment.fragmentId,
    streamId: fragment.streamId,
    sequenceNumber: fragment.sequenceNumber,
    status: outcome.status,
    ...(outcome.status !== 'failed' && {
      audio: fragment.audio,
      ...mockText(transcript(fragment), targetLanguage),
    }),
    processingTimeMs,
    stageTimings: stageTimings(processingTimeMs),
    ...(outcome.status !== 'success' && { error: outcome.error }),
  };
}

function mockText(text: string, targetLanguage: string): Pick<Processed, 'transcript' | 'translatedText'> {
  return { transcript: `${ECHO_MARK} ${text}`, translatedText: `${ECHO_MARK} (${targetLanguage}) ${text}` };
}

function stageTimings(processingTimeMs: number): Processed['stageTimings'] {
  const asrMs = Math.floor(processingTimeMs * ASR_SHARE);
  const translationMs = Math.floor(processingTimeMs * TRANSLATION_SHARE);
  return { asrMs, translationMs, ttsMs: processingTimeMs - asrMs - translationMs };
}
