/** What no client library would send: raw bytes, raw packets, JSON that hurts. Only its own connection may suffer. */

import { describe, expect, it } from 'vitest';
import { fragment, init } from '../support/client.js';
import { error, outline, processed, transcript } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { Neighbour } from '../support/neighbour.js';
import { poll } from '../support/poller.js';
import { dial, dialSocketIo, frame } from '../support/raw-peer.js';
import { useServers } from '../support/servers.js';

watchHost();
const { start, join } = useServers();
const STREAM = { stream_id: 'stream-1' };
const deep = (levels: number, open: string, close: string) => open.repeat(levels) + 1 + close.repeat(levels);

/** An event packet whose text is written by hand, the payload's `"?"` replaced by raw JSON. */
function packet(event: string, payload: object, json: string): string {
  return `2${JSON.stringify([event, payload]).replace('"?"', () => json)}`;
}

describe('a payload', () => {
  const places: [place: string, event: string, payload: object][] = [
    ['the audio', 'fragment:data', fragment(0, { audio: { ...fragment(0).audio, extra: '?' } })],
    ['the audio itself', 'fragment:data', fragment(0, { audio: '?' })],
    ['the metadata', 'fragment:data', fragment(0, { metadata: { extra: '?' } })],
    ['an unknown key', 'fragment:data', fragment(0, { extra: '?' })],
    ['a config', 'stream:init', init({ config: { extra: '?' } })],
    ['a field', 'stream:end', { stream_id: '?' }],
    ['an unknown key of an ack', 'fragment:ack', { fragment_id: 'f', status: 'applied', timestamp: 1, extra: '?' }],
    ['an unknown key of a pause', 'stream:pause', { ...STREAM, extra: '?' }],
    ['an unknown key of a resume', 'stream:resume', { ...STREAM, extra: '?' }],
  ];

  it.each(places)('that is 100 000 levels deep in %s is refused', async (_, event, payload) => {
    const sts = await start();
    const worker = await join(sts);
    const neighbour = new Neighbour(await join(sts));
    await worker.init();
    for (const json of [deep(100_000, '[', ']'), deep(100_000, '{"a":', '}'), deep(50_000, '[{"a":', '}]')]) {
      worker.socket.io.engine.write(packet(event, payload, json));
      const refusal = await worker.next('error');
      expect(refusal).toMatchObject({ code: 'INVALID_CONFIG', metadata: { issues: [{ path: 'payload' }] } });
      expect(refusal.message).toContain('inside each other');
    }
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:processed');
    expect(sts.session('stream-1')).toMatchObject({ state: 'active', totalFragments: 1, acks: [] });
    await neighbour.hasNoticedNothing();
  });

  it('may be deep where nobody looks', async () => {
    const worker = await join(await start());
    worker.socket.io.engine.write(packet('no:such:event', { extra: '?' }, deep(100_000, '[', ']')));
    await worker.init();
    expect(outline(worker)).toEqual(['stream:ready']);
  });

  it('that carries __proto__ and constructor comes back as it was and changes nothing', async () => {
    const worker = await join(await start());
    const poison = '{"polluted":true,"stream_id":"other","toString":1}';
    const keys = `"__proto__":${poison},"constructor":{"prototype":${poison}}`;
    worker.socket.io.engine.write(packet('stream:init', init({ config: '?' }), `{${keys}}`));
    const { data_base64, ...audio } = fragment(0).audio;
    const json = `${JSON.stringify(audio).replace(/}$/, '')},"data_base64":"${data_base64}",${keys}}`;
    worker.socket.io.engine.write(packet('fragment:data', fragment(0, { audio: '?', metadata: {} }), json));
    const result = await worker.next('fragment:processed');
    expect(JSON.stringify(result.dubbed_audio)).toBe(json);
    expect(result).toMatchObject({ stream_id: 'stream-1', status: 'success' });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('that is nothing but __proto__ is missing its fields', async () => {
    const worker = await join(await start());
    worker.socket.io.engine.write(`2["stream:init",{"__proto__":${JSON.stringify(init())}}]`);
    expect(await worker.next('error')).toMatchObject({
      code: 'INVALID_CONFIG',
      metadata: { issues: ['stream_id', 'worker_id', 'config'].map((path) => ({ path })) },
    });
  });

  it.each(['1e999', '-1e999', 'null', '1.5', '-1', '1e308'])('with %s for a number is refused', async (json) => {
    const worker = await join(await start());
    await worker.init();
    worker.socket.io.engine.write(packet('fragment:data', fragment(0, { sequence_number: '?' }), json));
    const code = json === '1e308' ? 'INVALID_SEQUENCE' : 'INVALID_CONFIG';
    expect(await worker.next('error')).toMatchObject({ code, fragment_id: 'fragment-0' });
    worker.send('fragment:data', fragment(0));
    expect(await worker.next('fragment:processed')).toStrictEqual(processed(0));
  });
});

describe('an event name', () => {
  it('may be a number, empty, endless, or a word of the language', async () => {
    const sts = await start();
    const worker = await join(sts);
    const names = [
      '123',
      '""',
      '"error"',
      '"__proto__"',
      '"constructor"',
      '"toString"',
      `"${'x'.repeat(5000)}"`,
      '"\\u0000"',
    ];
    for (const name of names) worker.socket.io.engine.write(`2[${name},{}]`);
    await worker.init();
    expect(outline(worker)).toEqual(['stream:ready']);
    expect(sts.session('stream-1')?.unknownEvents).toEqual([
      '123',
      '',
      'error',
      '__proto__',
      'constructor',
      'toString',
      `${'x'.repeat(80)}…`,
      '\0',
    ]);
  });

  it('may be missing, with and without an acknowledgement', async () => {
    const sts = await start();
    const worker = await join(sts);
    for (const text of ['2', '21']) worker.socket.io.engine.write(text);
    await worker.init();
    expect(outline(worker)).toEqual(['stream:ready']);
    expect(sts.session('stream-1')?.unknownEvents).toHaveLength(2);
  });
});

describe('a connection is closed, and no other, for', () => {
  it.each([
    ['an unknown Engine.IO packet', '9'],
    ['an empty frame', ''],
    ['an unknown Socket.IO packet', '49'],
    ['an event that is no JSON', '42nonsense'],
    ['an event that is no list', '42{"a":1}'],
    ['an empty list', '42[]'],
    ['an event without a name', '42[null]'],
    ['an event whose name is an object', '42[{"length":5},{}]'],
    ['the reserved event connect', '42["connect",{}]'],
    ['the reserved event connect_error', '42["connect_error",{}]'],
    ['the reserved event disconnect', '42["disconnect","me"]'],
    ['the reserved event disconnecting', '42["disconnecting"]'],
    ['the reserved event newListener', '42["newListener",1]'],
    ['the reserved event removeListener', '42["removeListener"]'],
    ['a second CONNECT', '40{}'],
    ['a namespace it is not in', '42/other,["fragment:data",{}]'],
    ['too many attachments', '4599999-["fragment:data"]'],
    ['eleven attachments', '4511-["fragment:data"]'],
    ['no number of attachments', '45x-["fragment:data"]'],
    ['less than no attachments', '45-1-["fragment:data"]'],
    ['a Socket.IO disconnect', '41'],
  ])('%s', async (_, text) => {
    const sts = await start();
    const neighbour = new Neighbour(await join(sts));
    const peer = await dialSocketIo(sts.port);
    peer.send(`42${JSON.stringify(['stream:init', init()])}`);
    await peer.until('stream:ready');
    peer.send(text);
    const closed = await sts.waitForSession({ streamId: 'stream-1', state: 'closed' });
    expect(closed).toMatchObject({ errors: [], unknownEvents: [] });
    peer.destroy();
    await neighbour.hasNoticedNothing();
  });

  it.each([
    ['binary data that belongs to nothing', [Buffer.from('stray')]],
    ['text in place of an attachment', ['451-["fragment:data",{"_placeholder":true,"num":0}]', '42["x"]']],
    ['an attachment that is not there', ['451-["fragment:data",{"_placeholder":true,"num":7}]', attachment()]],
    ['attachments inside 100 000 lists', [`451-["x",${deep(100_000, '[', ']')}]`, attachment()]],
  ])('%s', async (_, packets) => {
    const sts = await start();
    const neighbour = new Neighbour(await join(sts));
    const peer = await dialSocketIo(sts.port);
    peer.send(`42${JSON.stringify(['stream:init', init()])}`);
    for (const text of packets) peer.send(text);
    await sts.waitForSession({ streamId: 'stream-1', state: 'closed' });
    peer.destroy();
    await neighbour.hasNoticedNothing();
  });

  it.each([
    ['a reserved opcode', Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
    ['a frame without a mask', Buffer.from([0x81, 0x01, 0x34])],
    ['text that is no UTF-8', Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28])],
    ['a frame that claims 2^63 bytes', Buffer.from([0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['a continuation of nothing', Buffer.from([0x80, 0x80, 0, 0, 0, 0])],
    ['a WebSocket close', Buffer.from([0x88, 0x80, 0, 0, 0, 0])],
    ['noise', Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919 + 13) % 256))],
  ])('%s', async (_, bytes) => {
    const sts = await start();
    const neighbour = new Neighbour(await join(sts));
    const peer = await dialSocketIo(sts.port);
    peer.write(Buffer.concat([frame('42["no:such:event"]'), bytes]));
    await sts.waitForSession({ state: 'closed' });
    peer.destroy();
    await neighbour.hasNoticedNothing();
  });
});

describe('over polling a session is closed, and no other, for', () => {
  it.each([
    ['garbage', 'garbage'],
    ['nothing', ''],
    ['an unknown packet after a good one', '42["no:such:event"]\x1e9'],
    ['stray binary data', 'bAAAA'],
  ])('%s', async (_, body) => {
    const sts = await start();
    const neighbour = new Neighbour(await join(sts));
    const { post, get } = await poll(sts.url);
    const polled = get();
    await post(body).catch(String);
    await polled.catch(String);
    await sts.waitForSession({ state: 'closed' });
    await neighbour.hasNoticedNothing();
  });
});

it('a binary event with ten attachments is an event like any other', async () => {
  const sts = await start();
  const worker = await join(sts);
  await worker.init();
  const buffers = Array.from({ length: 10 }, () => attachment());
  const reply = await worker.socket.emitWithAck('fragment:data', fragment(0, { audio: buffers }));
  expect(reply.error).toMatchObject({ code: 'INVALID_CONFIG', metadata: { issues: [{ path: 'audio' }] } });
  await worker.next('error');
  worker.send('stream:end', ...buffers);
  const issue = { path: 'payload', message: expect.stringContaining('10 arguments') };
  expect(await worker.next('error')).toStrictEqual(error('INVALID_CONFIG', { metadata: { issues: [issue] } }));
  expect(transcript(worker)).toHaveLength(3);
});

it('bytes that are no HTTP at all are refused', async () => {
  const sts = await start();
  const neighbour = new Neighbour(await join(sts));
  for (const bytes of [
    '\x16\x03\x01\x02\x00\x01\x00',
    'nonsense\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    '\0'.repeat(100_000),
  ]) {
    const peer = await dial(sts.port);
    peer.write(bytes);
    await peer.closed;
    expect(peer.received).toMatch(/^HTTP\/1\.1 (400|404|505)/);
  }
  await neighbour.hasNoticedNothing();
});

function attachment(): Buffer {
  return Buffer.from('attachment');
}
