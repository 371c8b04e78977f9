/** Who may still use the audio of a fragment gets the right bytes; a buffer that nobody may use is given back. */

import { randomBytes } from 'node:crypto';
import type { EchoSts, EchoStsOptions, Fragment } from 'echo-sts';
import { expect, it } from 'vitest';
import { AudioText } from '../../src/audio/audio-text.js';
import { bufferPool } from '../../src/lane/buffer-pool.js';
import { makeCertificate } from '../support/certificate.js';
import type { TestWorker } from '../support/client.js';
import { useServers } from '../support/servers.js';
import { fragmentWith } from '../support/worker.js';

const { start, begin, join } = useServers();

const COUNT = 6;
const texts = Array.from({ length: COUNT }, (_, at) => randomBytes(90_000 + at).toString('base64'));
/** Fragments that a function of the caller's was passed, and has kept. */
const kept: Fragment[] = [];

const keep = <Value>(value: Value) => {
  kept.length = 0;
  return (seen: Fragment): Value => {
    kept.push(seen);
    return value;
  };
};

const textsOf = (fragments: readonly Fragment[]) => fragments.map(({ audio }) => Reflect.get(audio, 'data_base64'));

function sendAll(worker: TestWorker): void {
  for (const [number, text] of texts.entries()) worker.send('fragment:data', fragmentWith(number, text));
}

const echoed = (worker: TestWorker) =>
  worker.all('fragment:processed').map(({ dubbed_audio }) => dubbed_audio.data_base64);

/** Counts how often the bytes of audio are released while `use` runs. */
async function countReleases(use: () => Promise<void>): Promise<number> {
  const { release } = AudioText.prototype;
  let count = 0;
  AudioText.prototype.release = function () {
    const bytes = Reflect.apply(release, this, []);
    if (bytes !== undefined) count += 1;
    return bytes;
  };
  await use().finally(() => {
    AudioText.prototype.release = release;
  });
  return count;
}

async function runThrough(options: EchoStsOptions): Promise<TestWorker> {
  const sts = await start({ maxInflight: COUNT, ...options });
  const worker = await begin(sts, { max_inflight: COUNT });
  sendAll(worker);
  await sts.waitFor('fragment:processed', { sequenceNumber: COUNT - 1 });
  await worker.settled();
  return worker;
}

it.each([
  ['the defaults', {}],
  ['a text as transcript', { transcript: 'x' }],
])(
  'without anybody who may use it later, every buffer goes back, and every byte comes back: %s',
  async (_, options) => {
    const released = await countReleases(async () => {
      expect(echoed(await runThrough(options))).toEqual(texts);
    });
    expect(released).toBe(COUNT);
    expect(bufferPool.freeBytes).toBeGreaterThan(0);
  },
);

it.each([
  ['a delay', () => ({ delayMs: keep(0) })],
  ['a transcript', () => ({ transcript: keep('x') })],
  ['a condition of a rule', () => ({ errorRules: [{ when: keep(false), code: 'TIMEOUT' as const }] })],
])('a function of the caller that is %s may read the audio long after its result', async (_, options) => {
  const released = await countReleases(async () => {
    expect(echoed(await runThrough(options()))).toEqual(texts);
  });
  expect(released).toBe(0);
  expect(textsOf(kept).slice(0, COUNT)).toEqual(texts);
});

it('a function that a scope sets is one of the caller, too', async () => {
  const sts = await start();
  const scope = sts.scope({ streamId: 'stream-1' });
  scope.setDelay(keep(0));
  const worker = await begin(sts, { max_inflight: COUNT });
  sendAll(worker);
  await sts.waitFor('fragment:processed', { sequenceNumber: COUNT - 1 });
  expect(textsOf(kept)).toEqual(texts);
  await scope.close();
});

it('a timeline that keeps audio keeps the right audio', async () => {
  const sts = await start({ timeline: { audio: true } });
  const worker = await begin(sts, { max_inflight: COUNT });
  sendAll(worker);
  await sts.waitFor('fragment:processed', { sequenceNumber: COUNT - 1 });
  const inbound = sts.timeline({ event: 'fragment:data' }).map(({ payload }) => payload.audio.data_base64);
  const outbound = sts
    .timeline({ event: 'fragment:processed' })
    .map(({ payload }) => payload.dubbed_audio?.data_base64);
  expect([inbound, outbound]).toEqual([texts, texts]);
});

const corrupted = texts.map((text) => {
  const bytes = Buffer.from(text, 'base64');
  return Buffer.from(bytes.map((byte) => byte ^ 0xff)).toString('base64');
});

it.each([
  ['duplicate', { fault: 'duplicate' }, texts.flatMap((text) => [text, text])],
  ['corrupt', { fault: 'corrupt' }, corrupted],
  ['late', { fault: 'late', delayMs: 20 }, texts],
  ['malformed', { fault: 'malformed' }, texts],
  ['partial', { code: 'TIMEOUT', as: 'partial' }, texts],
] as const)('a result that is %s has the right audio', async (_, consequence, expected) => {
  const sts = await start({ errorRules: [{ when: {}, ...consequence }] as never });
  const worker = await begin(sts, { max_inflight: COUNT });
  sendAll(worker);
  await sts.waitFor('fragment:processed', { times: expected.length });
  await worker.settled();
  expect(echoed(worker)).toEqual(expected);
});

it('fragments that wait for a gap come back whole', async () => {
  const sts = await start();
  const worker = await begin(sts, { max_inflight: COUNT });
  for (const number of [5, 3, 4, 1, 2, 0]) worker.send('fragment:data', fragmentWith(number, texts[number] ?? ''));
  await sts.waitFor('fragment:processed', { sequenceNumber: COUNT - 1 });
  await worker.settled();
  expect(echoed(worker)).toEqual(texts);
});

/** What comes back to a worker that connects with these options. */
async function echoesOver(sts: EchoSts, options: Parameters<typeof join>[1]): Promise<string[]> {
  const worker = await join(sts, options);
  await worker.init({ max_inflight: COUNT });
  sendAll(worker);
  await sts.waitFor('fragment:processed', { sequenceNumber: COUNT - 1 });
  await worker.settled();
  return echoed(worker);
}

it.each([[['polling']], [['polling', 'websocket']]])('over %s they come back whole', async (transports) => {
  const sts = await start();
  expect(await echoesOver(sts, { transports })).toEqual(texts);
});

it('over TLS they come back whole', async () => {
  const tls = await makeCertificate();
  const sts = await start({ tls });
  expect(await echoesOver(sts, { rejectUnauthorized: false })).toEqual(texts);
});

it('a worker that is cut off amid its results leaves the others whole', async () => {
  const sts = await start();
  const [one, other] = [
    await begin(sts, { stream_id: 'gone', max_inflight: COUNT }),
    await begin(sts, { max_inflight: COUNT }),
  ];
  sts.cut({ at: 'after-processed', sequenceNumber: 1, how: 'reset', streamId: 'gone' });
  for (const [number, text] of texts.entries()) {
    one.send('fragment:data', { ...fragmentWith(number, text), stream_id: 'gone' });
    other.send('fragment:data', fragmentWith(number, text));
  }
  await sts.waitFor('fragment:processed', { sequenceNumber: COUNT - 1, streamId: 'stream-1' });
  await other.settled();
  expect(echoed(other)).toEqual(texts);
});

it('after the last server has closed nothing is kept', async () => {
  const sts = await start();
  const worker = await begin(sts, { max_inflight: COUNT });
  sendAll(worker);
  await sts.waitFor('fragment:processed', { sequenceNumber: COUNT - 1 });
  await sts.close();
  expect(bufferPool.freeBytes).toBe(0);
});
