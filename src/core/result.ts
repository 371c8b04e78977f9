/** The result of a fragment, as sent in `fragment:processed` (PROTOCOL §3). */

import type { Pending } from './plan.js';
import type { Processed } from './protocol.js';
import type { Fragment } from './vocabulary.js';

/** PROTOCOL §3: mock text begins with this. */
const ECHO_MARK = '[ECHO]';
/** The share of each stage in the processing time; text to speech gets the rest. */
const ASR_SHARE = 0.4;
const TRANSLATION_SHARE = 0.2;

/** The audio in it is the received object itself. */
export function resultOf({ fragment, plan, receivedAt }: Pending, targetLanguage: string, doneAt: number): Processed {
  const { error, as = 'failed' } = plan.consequence;
  const status = error === undefined ? 'success' : as === 'partial' ? 'partial' : 'failed';
  const processingTimeMs = doneAt - receivedAt;
  return {
    kind: 'fragment:processed',
    fragmentId: fragment.fragmentId,
    streamId: fragment.streamId,
    sequenceNumber: fragment.sequenceNumber,
    status,
    ...(status !== 'failed' && echoOf(fragment, plan.transcript, targetLanguage)),
    processingTimeMs,
    stageTimings: stageTimings(processingTimeMs),
    ...(error !== undefined && { error }),
    ...(plan.because !== undefined && { because: plan.because }),
  };
}

type Echo = Pick<Processed, 'audio' | 'audioDigest' | 'transcript' | 'translatedText'>;

function echoOf({ audio, audioDigest }: Fragment, text: string, targetLanguage: string): Echo {
  return {
    audio,
    audioDigest,
    transcript: `${ECHO_MARK} ${text}`,
    translatedText: `${ECHO_MARK} (${targetLanguage}) ${text}`,
  };
}

function stageTimings(processingTimeMs: number): Processed['stageTimings'] {
  const asrMs = Math.floor(processingTimeMs * ASR_SHARE);
  const translationMs = Math.floor(processingTimeMs * TRANSLATION_SHARE);
  return { asrMs, translationMs, ttsMs: processingTimeMs - asrMs - translationMs };
}
