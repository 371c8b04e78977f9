/** The option `audioCheck` over real sockets: what is unfit is a violation, and taken all the same. */

import { describe, expect, it } from 'vitest';
import { fragment } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { useServers } from '../support/servers.js';
import { audioOf, readSpeech } from '../support/speech.js';

watchHost();
const { start, begin } = useServers();

const SPEECH = audioOf('m4a', readSpeech('speech-00.m4a'), 6000);
const UNFIT = { ...SPEECH, data_base64: '' };

/** The kinds of violations of a worker that sends audio of these kinds, each as a fragment of its own. */
async function kindsOf(audioCheck: boolean | undefined, ...audio: object[]): Promise<string[]> {
  const sts = await start({ ...(audioCheck !== undefined && { audioCheck }) });
  const worker = await begin(sts);
  for (const [number, each] of audio.entries()) {
    worker.send('fragment:data', fragment(number, { audio: each }));
    expect(await worker.next('fragment:processed')).toMatchObject({ status: 'success', dubbed_audio: each });
  }
  return sts.violations().map(({ kind, sequenceNumber }) => `${kind} ${sequenceNumber}`);
}

describe('audio that is unfit', () => {
  it('is a violation with `audioCheck`, and comes back as it is', async () => {
    const samples = audioOf('pcm_s16le', readSpeech('speech-00.pcm_s16le'), 6000);
    expect(await kindsOf(true, UNFIT, SPEECH, samples)).toEqual(['unfit-audio 0', 'unfit-audio 2']);
  });

  it.each([false, undefined])('is none with `audioCheck: %s`', async (audioCheck) => {
    expect(await kindsOf(audioCheck, UNFIT)).toEqual([]);
  });

  it('makes strict conduct fail, unless it is allowed', async () => {
    const sts = await start({ audioCheck: true, conduct: 'strict' });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0, { audio: UNFIT }));
    await worker.next('fragment:processed');
    await expect(sts.verify()).rejects.toThrow('unfit-audio');
    await sts.verify({ allow: ['unfit-audio'] });
  });

  it('that is refused is no second violation', async () => {
    const sts = await start({ audioCheck: true });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(20, { audio: UNFIT }));
    await worker.next('error');
    expect(sts.violations().map(({ kind }) => kind)).toEqual(['skipped-sequence-number']);
  });
});

it('real speech is fit', async () => {
  const speech = [0, 1, 2, 3, 4].map((number) => audioOf('m4a', readSpeech(`speech-0${number}.m4a`), 6000));
  const samples = audioOf('pcm_s16le', readSpeech('speech-00.pcm_s16le'), 1000);
  expect(await kindsOf(true, ...speech, samples)).toEqual([]);
});
