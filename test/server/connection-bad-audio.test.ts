/** Audio that is no base64 (PROTOCOL §2, §6.14), beside audio that is. */

import { describe, expect, it } from 'vitest';
import { ack, error, processed, transcript } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragmentWith } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();

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
    for (const payload of [fragmentWith(0, data), fragmentWith(0, 'QUJD')]) worker.send('fragment:data', payload);
    const dubbed_audio = fragmentWith(0, 'QUJD').audio;
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
    worker.send('fragment:data', fragmentWith(0, data));
    expect((await worker.next('fragment:processed')).dubbed_audio.data_base64).toBe(data);
  });
});
