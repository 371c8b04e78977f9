/** Audio that is too large or no base64 (PROTOCOL §2, §6.14), beside audio that is neither. */

import { describe, expect, it } from 'vitest';
import { ack, error, outline, processed, transcript } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { Neighbour } from '../support/neighbour.js';
import { useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();
const LIMIT = 10 * 1024 * 1024;

/** A fragment with that as its audio. */
function withData(number: number, data_base64: string) {
  return fragment(number, { audio: { ...fragment(number).audio, data_base64 } });
}

describe('audio that is no standard base64 with padding', () => {
  it.each([
    ['a wrong alphabet', 'QU!D'],
    ['the URL-safe alphabet', 'QU-_'],
    ['the URL-safe alphabet late in it', `${'QUJD'.repeat(10_000)}QU-D`],
    ['no padding', 'QUI'],
    ['too little padding', 'QQ='],
    ['too much padding', 'QUJD===='],
    ['nothing but padding', '===='],
    ['three signs of padding', 'Q==='],
    ['padding in the middle', 'QQ==QUJD'],
    ['padding in the middle of a long text', `${'QUJD'.repeat(4095)}QQ==${'QUJD'.repeat(4096)}`],
    ['padding before the last sign', 'QU=D'],
    ['a space', 'QU D'],
    ['a line break', 'QUJD\nQUJD\r\n\r'],
    ['a NUL', 'QUJ\0'],
    ['a byte order mark', '\uFEFFQUJ'],
    ['a two-byte look-alike', 'ŁUJD'],
    ['a look-alike late in it', `${'QUJD'.repeat(10_000)}QUJŁ`],
    ['a Latin-1 sign', 'QUJé'],
    ['full-width letters', 'ＱＵＪＤ'],
    ['an emoji', 'QU😀'],
    ['half an emoji', 'QUJ\uD83D'],
    ['a data URL', 'data:audio/mp4;base64,QUJD'],
    ['hexadecimal of odd length', 'deadbeef0'],
  ])('is refused: %s', async (_, data) => {
    const worker = await join(await start());
    await worker.init();
    for (const payload of [withData(0, data), withData(0, 'QUJD')]) worker.send('fragment:data', payload);
    const dubbed_audio = withData(0, 'QUJD').audio;
    await worker.next('fragment:processed');
    const path = 'audio.data_base64';
    const message = expect.stringMatching(/^expected standard base64 with padding \(A–Z a–z 0–9 \+ \/ =\), got "/);
    expect(transcript(worker).slice(1)).toStrictEqual([
      ['error', error('INVALID_CONFIG', { fragment_id: 'fragment-0', metadata: { issues: [{ path, message }] } })],
      ['fragment:ack', ack(0)],
      ['fragment:processed', processed(0, { dubbed_audio })],
    ]);
  });
});

describe('audio that is', () => {
  it.each([
    ['nothing at all', ''],
    ['every sign', 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'],
    ['one byte', '/w=='],
    ['two bytes', '//8='],
    ['one more than is looked at in one go', `${'QUJD'.repeat(4096)}QQ==`],
  ])('%s comes back', async (_, data) => {
    const worker = await join(await start());
    await worker.init();
    worker.send('fragment:data', withData(0, data));
    expect((await worker.next('fragment:processed')).dubbed_audio.data_base64).toBe(data);
  });
});

describe('large audio', () => {
  it('is taken up to 10 MiB, refused beyond, and its neighbours flow', async () => {
    const sts = await start();
    const worker = await join(sts);
    const neighbour = new Neighbour(await join(sts));
    await worker.init({ max_inflight: 10 });
    const largest = Buffer.alloc(LIMIT, 'audio').toString('base64');
    const tooLarge = Buffer.alloc(LIMIT + 1, 'audio').toString('base64');
    worker.send('fragment:data', withData(0, 'QUJD'));
    worker.send('fragment:data', withData(1, tooLarge));
    worker.send('fragment:data', withData(1, largest));
    await neighbour.speaks();
    worker.send('fragment:data', withData(2, 'QUJD'));
    worker.send('stream:end', { stream_id: 'stream-1' });
    await worker.next('stream:complete');
    expect(outline(worker)).toEqual([
      'stream:ready',
      'fragment:ack fragment-0',
      'fragment:processed 0 success',
      'error FRAGMENT_TOO_LARGE error',
      'fragment:ack fragment-1',
      'fragment:processed 1 success',
      'fragment:ack fragment-2',
      'fragment:processed 2 success',
      'stream:complete',
    ]);
    const metadata = { audio_bytes: LIMIT + 1, limit_bytes: LIMIT };
    expect(await worker.next('error')).toStrictEqual(
      error('FRAGMENT_TOO_LARGE', { fragment_id: 'fragment-1', metadata }),
    );
    expect(worker.all('fragment:processed')[1].dubbed_audio.data_base64 === largest).toBe(true);
    await neighbour.hasNoticedNothing();
  });

  it('is refused for its size before anything else is looked at', async () => {
    const worker = await join(await start());
    const data_base64 = '!'.repeat(13_981_020);
    const reply = await worker.ask('fragment:data', { stream_id: 7, audio: { data_base64 } }, 'extra');
    expect(reply.error).toMatchObject({ code: 'FRAGMENT_TOO_LARGE', severity: 'error', retryable: false });
  });
});
