/** Audio is read once, as it arrives: what is written down of it afterwards is what was learnt then. */

import { DEFAULT_SETTINGS, isMessage, Session, STREAM_DEFAULTS } from 'echo-sts/core';
import { expect, it } from 'vitest';
import { SessionList } from '../../src/record/session-list.js';
import { SessionRecorder } from '../../src/record/session-recorder.js';
import { Tally } from '../../src/record/tally.js';
import { ViolationLog } from '../../src/record/violation-log.js';
import { Timeline } from '../../src/timeline/timeline.js';
import { encode } from '../../src/wire/outbound.js';

it('a fragment and its result are told by the digest that came with the fragment', () => {
  const timeline = new Timeline({ limit: 10, audio: false });
  const session = new Session({ sessionId: 'session-1', handshake: {}, connectedAt: 0 }, DEFAULT_SETTINGS);
  const recorder = new SessionRecorder(session, {
    timeline,
    sessions: new SessionList(),
    violations: new ViolationLog(timeline),
    tally: new Tally(),
    unclaimed: () => false,
  });
  session.handle({ kind: 'stream:init', streamId: 'news', workerId: 'w-1', ...STREAM_DEFAULTS }, 0);
  const audio = { data_base64: 'QUJD' };
  // Not what the audio has: who reads it again would know better.
  const audioDigest = { bytes: 99, hash: '00000abc' };
  const fragment = { fragmentId: 'f-0', streamId: 'news', sequenceNumber: 0, timestamp: 0, audio, audioDigest };
  const input = { kind: 'fragment:data', streamId: 'news', fragment } as const;
  const args = [{ fragment_id: 'f-0', audio }];
  recorder.observe({ kind: 'received', event: 'fragment:data', args, input, id: 1, at: 0 });
  for (const effect of [...session.handle(input, 0, 1), ...session.wake(0)]) {
    if (isMessage(effect)) recorder.observe({ kind: 'effect', effect, payload: encode(effect), at: 0 });
  }
  expect(timeline.read().map(({ event, payload }) => [event, payload])).toMatchObject([
    ['fragment:data', { audio: audioDigest }],
    ['fragment:ack', {}],
    ['fragment:processed', { dubbed_audio: audioDigest }],
  ]);
});
