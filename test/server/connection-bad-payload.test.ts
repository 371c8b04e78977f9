/** Payloads that are wrong, field by field: one clear error each, and nothing else happens (PROTOCOL §6.14–15). */

import { describe, expect, it } from 'vitest';
import { outline } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { Neighbour } from '../support/neighbour.js';
import { type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, init } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();

const MISSING = Symbol('missing');
const STREAM = { stream_id: 'stream-1' };
const BINARY = Buffer.from('binary');
const NOT_OBJECTS: unknown[] = [null, 5, true, 'text', '', [], [{}], BINARY];
const NOT_TEXT: unknown[] = [null, 5, false, [], ['text'], {}, { toString: 'text' }, BINARY];
const NOT_INTEGER: unknown[] = [null, '5', 1.5, true, [], [5], {}, Number.NaN, Number.POSITIVE_INFINITY, BINARY];

const optional = { text: NOT_TEXT, id: [...NOT_TEXT, ''] };
const id = [MISSING, ...optional.id];
const choice = (...outside: unknown[]) => [MISSING, ...NOT_TEXT, ...outside];
const integer = (...outside: unknown[]) => [...NOT_INTEGER, ...outside];
const object = [MISSING, ...NOT_OBJECTS];

/** Each event: a good payload, and for each field what it must not be. */
const EVENTS: [event: string, good: object, fields: Record<string, unknown[]>][] = [
  [
    'stream:init',
    init(),
    {
      stream_id: id,
      worker_id: id,
      config: object,
      'config.source_language': optional.id,
      'config.target_language': optional.id,
      'config.voice_profile': optional.text,
      'config.chunk_duration_ms': integer(99, 6001, -1000),
      'config.sample_rate_hz': integer(0, 8000, 48001, '48000'),
      'config.channels': integer(0, 3, '1'),
      'config.format': optional.id,
      max_inflight: integer(0, 11, -1),
      timeout_ms: integer(999, 30001, 2 ** 53),
    },
  ],
  [
    'fragment:data',
    fragment(0),
    {
      fragment_id: id,
      stream_id: id,
      sequence_number: [MISSING, ...integer(-1)],
      timestamp: [MISSING, ...integer()],
      audio: object,
      'audio.format': optional.text,
      'audio.sample_rate_hz': [MISSING, ...integer(7999, 96001)],
      'audio.channels': [MISSING, ...integer(0, 3)],
      'audio.duration_ms': [MISSING, ...integer(-1, 60001)],
      'audio.data_base64': [MISSING, ...NOT_TEXT],
      metadata: NOT_OBJECTS,
      'metadata.pts_ns': integer(2 ** 64, -(2 ** 64)),
      'metadata.source_pts_ns': integer(2 ** 64, '9007199254740993'),
    },
  ],
  [
    'fragment:ack',
    { fragment_id: 'fragment-0', status: 'received', timestamp: 1 },
    { fragment_id: id, status: choice('', 'queued', 'Received'), timestamp: [MISSING, ...integer()] },
  ],
  ['stream:pause', STREAM, { stream_id: id, reason: optional.text }],
  ['stream:resume', STREAM, { stream_id: id }],
  ['stream:end', STREAM, { stream_id: id, reason: optional.text }],
];

describe.each(EVENTS)('%s', (event, good, fields) => {
  it('is refused for each field that is wrong, by its name', async () => {
    const sts = await start();
    const worker = await join(sts);
    const neighbour = new Neighbour(await join(sts));
    await worker.init();
    for (const [path, values] of Object.entries(fields)) {
      for (const value of values) {
        const error = await refusal(worker, event, [set(good, path, value)]);
        const message =
          value === MISSING
            ? 'is required, but missing'
            : expect.stringMatching(/^(Did you mean `\w+`\? E|e)xpected .+, got .+$/);
        expect(error).toMatchObject({ code: 'INVALID_CONFIG', metadata: { issues: [{ path, message }] } });
        expect(error.message.replace(/Did you mean `\w+`\? /, '')).toContain(
          `The payload of \`${event}\` is wrong: \`${path}\` `,
        );
      }
    }
    await neighbour.hasNoticedNothing();
    await isUntouched(worker);
    expect(sts.session('stream-1')?.forgotten).toMatchObject({ unknownEvents: 0 });
  });

  it('is refused as a whole unless it is one object', async () => {
    const sts = await start();
    const worker = await join(sts);
    const neighbour = new Neighbour(await join(sts));
    await worker.init();
    for (const args of [
      ...NOT_OBJECTS.map((value) => [value]),
      [],
      [good, good],
      [good, null],
      [null, good],
      [good, 5, 6],
    ]) {
      const error = await refusal(worker, event, args);
      const message = expect.stringMatching(/^expected (an|exactly one) object, got .+$/);
      expect(error).toMatchObject({ code: 'INVALID_CONFIG', metadata: { issues: [{ path: 'payload', message }] } });
    }
    await neighbour.hasNoticedNothing();
    await isUntouched(worker);
  });
});

describe('an error', () => {
  it('names every wrong field at once', async () => {
    const worker = await join(await start());
    const { error_id, ...error } = await refusal(worker, 'stream:init', [
      { stream_id: '', config: { channels: 3 }, max_inflight: 0, timeout_ms: 1000 },
    ]);
    const issues = [
      { path: 'stream_id', message: 'expected a non-empty string, got an empty string' },
      { path: 'worker_id', message: 'is required, but missing' },
      { path: 'config.channels', message: 'expected one of 1, 2, got 3' },
      { path: 'max_inflight', message: 'expected an integer from 1 to 10, got 0' },
    ];
    expect(error).toStrictEqual({
      stream_id: '',
      code: 'INVALID_CONFIG',
      message: `The payload of \`stream:init\` is wrong: ${issues
        .map(({ path, message }) => `\`${path}\` ${message}`)
        .join('; ')}. Correct it and send the event again.`,
      severity: 'error',
      retryable: false,
      metadata: { issues },
    });
    expect(error_id).toMatch(/./);
  });

  it('has an id of its own and says whom it is about', async () => {
    const sts = await start();
    const [worker, other] = [await join(sts), await join(sts)];
    const bad = fragment(0, { sequence_number: -1 });
    const errors = [];
    for (const from of [worker, worker, other]) errors.push(await refusal(from, 'fragment:data', [bad]));
    expect(errors).toMatchObject(Array(3).fill({ stream_id: 'stream-1', fragment_id: 'fragment-0' }));
    expect(new Set(errors.map((error) => error.error_id)).size).toBe(3);
  });

  it('is short, however large the wrong value is', async () => {
    const worker = await join(await start());
    const huge = 'x'.repeat(1_000_000);
    const { stream_id, ...error } = await refusal(worker, 'stream:init', [
      {
        stream_id: huge,
        worker_id: [huge],
        config: { [huge]: huge, format: { huge }, channels: huge },
        timeout_ms: huge,
      },
    ]);
    expect(stream_id).toBe(huge);
    expect(JSON.stringify(error).length).toBeLessThan(2000);
  });
});

/** The one error that answers it, emitted and acknowledged alike. */
async function refusal(worker: ScriptedWorker, event: string, args: unknown[]) {
  const [reply, error] = await Promise.all([worker.ask(event, ...args), worker.next('error')]);
  expect(reply).toStrictEqual({ error });
  return error;
}

/** The stream is as it was before the bad events, and goes on. */
async function isUntouched(worker: ScriptedWorker): Promise<void> {
  worker.send('fragment:data', fragment(0));
  worker.send('stream:end', STREAM);
  await worker.next('stream:complete');
  expect(outline(worker).filter((line) => !line.startsWith('error INVALID_CONFIG error'))).toEqual([
    'stream:ready',
    'fragment:ack fragment-0',
    'fragment:processed 0 success',
    'stream:complete',
  ]);
}

/** A copy in which the field is as given. */
function set(payload: object, path: string, value: unknown): object {
  const [key = '', ...rest] = path.split('.');
  const entries = Object.entries(payload).filter(([name]) => name !== key);
  if (rest.length === 0) return Object.fromEntries(value === MISSING ? entries : [...entries, [key, value]]);
  const inner = Object.entries(payload).find(([name]) => name === key)?.[1] ?? {};
  return Object.fromEntries([...entries, [key, set(inner, rest.join('.'), value)]]);
}
