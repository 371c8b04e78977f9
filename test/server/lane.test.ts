/** Hostile frames through the lane and as usual: the same answers and the same timeline. */

import { createEchoSts, type EchoSts, manualClock } from 'echo-sts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bufferPool } from '../../src/lane/buffer-pool.js';
import { laneSettings } from '../../src/lane/lane-settings.js';
import { FrameClient } from '../support/frame-client.js';
import { fillIn, packets } from '../support/hostile-frames.js';

const RUNS = 150;

let withLane: EchoSts;
let without: EchoSts;

beforeAll(async () => {
  withLane = await start(true);
  without = await start(false);
});

afterAll(async () => {
  await withLane.close();
  await without.close();
  expect(bufferPool.freeBytes).toBe(0);
});

async function start(isUsed: boolean): Promise<EchoSts> {
  laneSettings.isUsed = isUsed;
  const sts = await createEchoSts({ clock: manualClock(), audioCheck: true, waitTimeoutMs: 10_000 });
  laneSettings.isUsed = true;
  return sts;
}

/** How the bytes of a message are cut up. */
interface Cuts {
  readonly frames: number;
  readonly pieces: number;
}

const cuts = fc.record({ frames: fc.integer({ min: 1, max: 3 }), pieces: fc.integer({ min: 1, max: 4 }) });
const messages = fc.array(fc.tuple(packets, cuts), { minLength: 1, maxLength: 4 });

it('they get the same answers and leave the same timeline', async () => {
  const run = fc.asyncProperty(messages, async (sent) => {
    const [one, other] = [await play(withLane, sent), await play(without, sent)];
    expect(one).toEqual(other);
  });
  await fc.assert(run, { numRuns: RUNS });
});

async function play(sts: EchoSts, sent: readonly (readonly [string, Cuts])[]): Promise<object> {
  const client = await FrameClient.connect(sts.url);
  const since = sts.timeline().at(-1)?.n ?? 0;
  await client.send('42["stream:init",{"stream_id":"news","worker_id":"w","config":{}}]');
  let number = 0;
  for (const [template, { frames, pieces }] of sent) {
    await client.send(`4${fillIn(template, 'news', number)}`, frames, pieces);
    number += 1;
  }
  await client.send('42["stream:end",{"stream_id":"news"}]');
  await sts.idle();
  await client.close();
  await sts.waitFor('disconnect', { since });
  return { answers: plain(client.received), timeline: plain(sts.timeline({ since })) };
}

/** Without what differs from run to run. */
function plain(values: readonly unknown[]): string[] {
  const ids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
  return values.map((value) =>
    JSON.stringify(value)
      .replaceAll(ids, 'id')
      .replaceAll(/"(n|entry|atMs)":\d+/g, '"$1":0'),
  );
}
