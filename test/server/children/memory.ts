/** A server and a client that tries to fill its memory. Reports how many megabytes more are in use when it is done. */

import { createEchoSts, type EchoSts, type EchoStsOptions } from 'echo-sts';
import { connect, fragment, init, type TestWorker } from '../../support/client.js';
import { dialSocketIo, frame } from '../../support/raw-peer.js';
import { report } from './report.js';

const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;

interface Attack {
  readonly options?: EchoStsOptions;
  readonly run: (sts: EchoSts, worker: TestWorker) => Promise<unknown>;
}

/** A text that differs from every other and shares no memory with one. */
function text(characters: number, number: number): string {
  return Buffer.alloc(characters, `${number} `).toString('latin1');
}

/** Each event is dealt with before the next is sent: the client is not to hold the memory. */
async function send(worker: TestWorker, count: number, event: (number: number) => [string, ...unknown[]]) {
  for (let number = 0; number < count; number += 1) {
    worker.send(...event(number));
    await worker.settled();
    worker.received.length = 0;
  }
}

/** Each would take at least 60 MB if the server kept what it is sent. */
const ATTACKS: Readonly<Record<string, Attack>> = {
  'unknown events with names of 100 KB': {
    run: (_, worker) => send(worker, 600, (number) => [text(100 * KILOBYTE, number), {}]),
  },
  'bad payloads with values of 100 KB': {
    run: (_, worker) =>
      send(worker, 200, (number) => {
        const value = text(100 * KILOBYTE, number);
        return ['fragment:data', { fragment_id: value, stream_id: [value], [value]: 1, audio: value, metadata: value }];
      }),
  },
  'acks with ids of 100 KB': {
    run: (_, worker) =>
      send(worker, 600, (number) => [
        'fragment:ack',
        { fragment_id: text(100 * KILOBYTE, number), status: 'applied', timestamp: 1 },
      ]),
  },
  'fragments with ids of 1 MB': {
    run: (_, worker) =>
      send(worker, 60, (number) => ['fragment:data', fragment(number, { fragment_id: text(MEGABYTE, number) })]),
  },
  'refused fragments with ids of 1 MB': {
    run: (_, worker) =>
      send(worker, 60, (number) => ['fragment:data', fragment(9, { fragment_id: text(MEGABYTE, number) })]),
  },
  'error rules for ids of 1 MB, each in place of the one before': {
    run: (_, worker) =>
      send(worker, 60, (number) => {
        const rule = { trigger: 'fragment_id', value: text(MEGABYTE, number), error_code: 'TIMEOUT' };
        return ['config:error_simulation', { enabled: true, scope: 'server', rules: [rule] }];
      }),
  },
  'streams with ids of 10 MB': {
    options: { autoCloseMs: 60_000 },
    run: (_, worker) => {
      let stream_id = 'stream-1';
      return send(worker, 24, (number) => {
        if (number % 2 === 0) return ['stream:end', { stream_id }];
        stream_id = text(10 * MEGABYTE, number);
        return ['stream:init', init({ stream_id })];
      });
    },
  },
  'fragments with audio of 1 MB, while somebody waits and somebody else goes through the timeline': {
    run: async (sts, worker) => {
      const audio = { ...fragment(0).audio, data_base64: 'QUJD'.repeat(MEGABYTE / 4) };
      const isOver = sts.waitFor('fragment:processed', { times: 100, timeoutMs: 60_000 });
      const abandoned = sts.entries({ event: 'fragment:processed' });
      await Promise.all([
        send(worker, 100, (number) => ['fragment:data', fragment(number, { audio, fragment_id: `${number}` })]),
        abandoned.next(),
        isOver,
      ]);
    },
  },
  'messages with 200 texts of 500 characters, far beyond what a timeline keeps': {
    run: (_, worker) =>
      send(worker, 1000, (number) => ['no:such:event', Array.from({ length: 200 }, () => text(500, number))]),
  },
  'messages with thousands of keys': {
    run: (_, worker) =>
      send(worker, 300, (number) => {
        const keys = Array.from({ length: 5000 }, (_, index) => [`key ${number} ${index}`, index]);
        return ['no:such:event', Object.fromEntries(keys)];
      }),
  },
  'waits in vain, each with a function of its own': {
    run: async (sts) => {
      for (let number = 0; number < 200; number += 1) {
        const held = text(MEGABYTE, number);
        const options = { where: () => held.length === 0, timeoutMs: 0 };
        await Promise.all([sts.waitFor('error', options).catch(() => {}), sts.idle()]);
        for await (const _ of sts.entries({ where: () => held.length > 0 })) break;
      }
    },
  },
  'a worker that sends fragments of 1 MB and never reads': {
    options: { maxUnreadBytes: 8 * MEGABYTE },
    run: neverRead,
  },
};

/** Goes on until the server has had enough of it. */
async function neverRead(sts: EchoSts): Promise<void> {
  const stream_id = 'deaf';
  const peer = await dialSocketIo(sts.port);
  peer.send(`42${JSON.stringify(['stream:init', init({ stream_id })])}`);
  await peer.until('stream:ready');
  peer.socket.pause();
  const audio = { ...fragment(0).audio, data_base64: 'QUJD'.repeat(MEGABYTE / 4) };
  for (let number = 0; sts.session(stream_id)?.state !== 'closed'; number += 1) {
    const payload = fragment(number, { stream_id, audio });
    await new Promise((resolve) =>
      peer.socket.write(frame(`42${JSON.stringify(['fragment:data', payload])}`), resolve),
    );
  }
  peer.destroy();
  await peer.closed;
}

/** More than one turn: what a closed peer held is let go of in the next one. */
async function megabytesInUse(): Promise<number> {
  for (let turn = 0; turn < 4; turn += 1) {
    await new Promise(setImmediate);
    globalThis.gc?.();
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MEGABYTE;
}

const { options, run } = ATTACKS[process.argv[2] ?? ''] as Attack;
const sts = await createEchoSts(options);
const worker = await connect(sts.url);
await worker.init();
await send(worker, 20, () => ['warm:up', text(MEGABYTE, 1)]);
const before = await megabytesInUse();
await run(sts, worker);
const grownBy = Math.ceil((await megabytesInUse()) - before);
await worker.settled();
report({ grownBy, sessions: sts.sessions.length, isStillConnected: worker.socket.connected });
await sts.close();
