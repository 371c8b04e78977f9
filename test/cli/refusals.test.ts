/** A refused message is one line of the log. */

import { describe, expect, it } from 'vitest';
import { entryLine } from '../../src/cli/log.js';
import { foldRefusals } from '../../src/cli/refusals.js';
import type { TimelineEntry } from '../../src/timeline/entry.js';
import { connect, fragment } from '../support/client.js';
import { useServers } from '../support/servers.js';

const { start } = useServers();

/** The lines of what a worker gets wrong. */
async function linesOf(event: string, payload: unknown, options: Parameters<typeof start>[0] = {}): Promise<string[]> {
  const sts = await start(options);
  const worker = await connect(sts.url);
  await worker.init({ stream_id: 'news' });
  const [{ n: since = 0 } = {}] = sts.timeline({ limit: 1 });
  worker.send(event, payload);
  await worker.next('error');
  await sts.idle();
  return linesIn(sts.timeline({ since }));
}

function linesIn(
  entries: readonly TimelineEntry[],
  logLevel: 'info' | 'warn' | 'error' = 'info',
  isJson = false,
): string[] {
  const lines = foldRefusals(entries).flatMap((each) => entryLine(each, { logLevel, isJson, isColoured: false }) ?? []);
  return lines.map((line) => line.replace(/^\S+Z /, ''));
}

describe('a message that is refused is one line, with what came and the code that was sent back:', () => {
  it.each<[string, string, unknown, RegExp]>([
    [
      'a payload without a field',
      'fragment:data',
      { ...fragment(0), stream_id: 'news', fragment_id: undefined },
      /^warn {2}→ news {10}fragment:data {2}refused with [A-Z_]+: .*fragment_id/,
    ],
    [
      'bad audio',
      'fragment:data',
      { ...fragment(0), stream_id: 'news', audio: { ...fragment(0).audio, data_base64: 'no base64!' } },
      /^warn {2}→ news {10}fragment:data {2}refused with [A-Z_]+: .*base64/,
    ],
    [
      'a number out of reach',
      'fragment:data',
      { ...fragment(99), stream_id: 'news' },
      /^warn {2}→ news {10}fragment:data {2}refused with INVALID_SEQUENCE: /,
    ],
    [
      'an event of another state',
      'stream:init',
      { stream_id: 'news', worker_id: 'w-1', config: {} },
      /^warn {2}→ news {10}stream:init {2}refused with [A-Z_]+: /,
    ],
    [
      'another stream',
      'stream:pause',
      { stream_id: 'sports' },
      /^warn {2}→ news {10}stream:pause {2}refused with STREAM_NOT_FOUND: /,
    ],
  ])('%s', async (_, event, payload, line) => {
    const lines = await linesOf(event, payload);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });
});

it('an unknown event, which gets no `error`, is one line as well', async () => {
  const sts = await start();
  const worker = await connect(sts.url);
  worker.send('strem:end', {});
  const { n } = await sts.waitFor('violation');
  const [line, ...others] = linesIn(sts.timeline({ since: 1 }).filter((entry) => entry.n <= n));
  expect([line, others]).toEqual([expect.stringMatching(/^warn {2}· -.*violation {2}unknown-event: .*strem:end/), []]);
});

describe('other entries have their own lines:', () => {
  it('an `error` by a rule is a fault of the service', async () => {
    const lines = await linesOf(
      'fragment:data',
      { ...fragment(0), stream_id: 'news' },
      {
        errorRules: [{ when: {}, code: 'GPU_OOM', as: 'error-event' }],
      },
    );
    expect(lines.some((line) => line.startsWith('error ← news          error  GPU_OOM'))).toBe(true);
    expect(lines.some((line) => line.startsWith('info  → news          fragment:data'))).toBe(true);
  });

  it('a violation without an `error`, and what it was about', async () => {
    const sts = await start({ delayMs: 1000 });
    const worker = await connect(sts.url);
    await worker.init({ stream_id: 'news', max_inflight: 1 });
    for (const number of [0, 1]) worker.send('fragment:data', { ...fragment(number), stream_id: 'news' });
    await sts.waitFor('violation');
    const lines = linesIn(sts.timeline());
    expect(lines.filter((line) => line.includes('fragment:data')).length).toBe(2);
    expect(lines.filter((line) => line.includes('violation  exceeded-max-inflight')).length).toBe(1);
  });
});

it('as JSON the line is the `error`, with the message', async () => {
  const sts = await start();
  const worker = await connect(sts.url);
  await worker.init({ stream_id: 'news' });
  worker.send('stream:pause', { stream_id: 'sports' });
  await sts.waitFor('error');
  const [line = ''] = linesIn(sts.timeline(), 'warn', true);
  const payload = expect.objectContaining({ code: 'STREAM_NOT_FOUND' });
  const refused = expect.objectContaining({ event: 'stream:pause', payload: { stream_id: 'sports' } });
  expect(JSON.parse(line)).toMatchObject({ level: 'warn', event: 'error', payload, refused });
  expect(linesIn(sts.timeline(), 'error')).toEqual([]);
});
