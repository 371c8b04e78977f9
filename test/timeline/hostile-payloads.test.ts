/** Whatever a client sends: it stands in the timeline, can be shown, waited for and iterated over, and raises nothing. */

import { describe, expect, it } from 'vitest';
import { watchHost } from '../support/host.js';
import { Neighbour } from '../support/neighbour.js';
import { MANY, nested, ODD, PROTOTYPES } from '../support/odd-payloads.js';
import { type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, init } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();

const EVENTS = [
  'stream:init',
  'fragment:data',
  'fragment:ack',
  'stream:end',
  'no:such:event',
  '__proto__',
  'constructor',
];

describe.each(Object.entries(ODD))('%s', (_, args) => {
  it.each(EVENTS)('as `%s` is recorded and shown', async (event) => {
    const sts = await start({ seed: 1 });
    const neighbour = new Neighbour(await join(sts));
    const worker: ScriptedWorker = await join(sts);
    await worker.init();
    const come = sts.waitFor(event.includes(':') && event !== 'no:such:event' ? 'malformed' : 'unknown');
    const { n } = await sts.waitFor('stream:ready', { streamId: 'stream-1' });
    worker.send(event, ...args);
    expect(await come).toMatchObject({ direction: 'in', payload: { event } });
    const entries = sts.timeline({ since: n });
    expect(JSON.stringify(entries).length).toBeLessThan(200_000);
    for (const form of ['text', 'mermaid'] as const) expect(sts.format(form)).toContain('stream-1');
    const vain = await sts.waitFor('gap', { where: { missingSequenceNumbers: [1] }, timeoutMs: 0 }).catch(String);
    expect(vain).toContain('`gap` did not come');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    await neighbour.hasNoticedNothing();
  });
});

it.each(EVENTS)(
  'a hundred thousand levels, which no client of Socket.IO can send, as `%s` are recorded and shown',
  async (event) => {
    const sts = await start();
    const neighbour = new Neighbour(await join(sts));
    const worker = await join(sts);
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    worker.sendText(`${JSON.stringify([event]).slice(0, -1)},{"metadata":${deep}}]`);
    await neighbour.speaks();
    expect(sts.timeline().filter(({ payload }) => Reflect.get(payload, 'event') === event)).toHaveLength(1);
    expect(sts.format()).toContain('neighbour');
    await neighbour.hasNoticedNothing();
  },
);

it('odd metadata of a good fragment is told of in its entry, as far as there is room', async () => {
  const sts = await start();
  const worker = await join(sts);
  worker.send('stream:init', init());
  const metadata = { ...PROTOTYPES, many: MANY, deep: nested(30), text: 'z'.repeat(1000) };
  worker.send('fragment:data', fragment(0, { metadata }));
  const { payload } = await sts.waitFor('fragment:data');
  expect(Object.getPrototypeOf(payload.metadata)).toBe(Object.prototype);
  expect(Object.keys(payload.metadata ?? {})).toContain('constructor');
  expect(JSON.stringify(payload).length).toBeLessThan(10_000);
  expect((await sts.waitFor('fragment:processed')).payload.status).toBe('success');
});

it('ids of any length stand for themselves in filters and waits', async () => {
  const sts = await start();
  const worker = await join(sts);
  const stream_id = 'long '.repeat(1000);
  await worker.init({ stream_id });
  worker.send('fragment:data', fragment(0, { stream_id }));
  expect(await sts.waitFor('fragment:processed', { streamId: stream_id })).toMatchObject({ sequenceNumber: 0 });
  expect(sts.timeline({ streamId: stream_id })).toHaveLength(6);
  expect(sts.session(stream_id)?.timeline()).toHaveLength(6);
});
