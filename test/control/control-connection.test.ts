/** What a client says over its connection: which answers have come, and which calls it sends again. */

import { EventEmitter } from 'node:events';
import type { io as Io } from 'socket.io-client';
import { expect, it } from 'vitest';
import { CallSite } from '../../src/checks/errors.js';
import { ControlConnection } from '../../src/control/control-connection.js';
import type { Answer } from '../../src/control/messages.js';
import { rejection } from '../support/rejection.js';

interface Sent {
  readonly number: number;
  readonly name: string;
  readonly seen: number[];
}

/** A connection over a socket that keeps what is sent, and is answered when the test says so. */
async function connect() {
  const sent: [Sent, (answer: Answer) => void][] = [];
  const emitter = new EventEmitter();
  const socket = {
    connected: true,
    once: emitter.once.bind(emitter),
    on: emitter.on.bind(emitter),
    off: () => emitter.removeAllListeners(),
    emit: (_: string, message: Sent, acknowledge: (answer: Answer) => void) => sent.push([message, acknowledge]),
    disconnect: () => {},
  };
  const connecting = ControlConnection.connect((() => socket) as unknown as typeof Io, {
    url: '',
    token: undefined,
    ca: undefined,
  });
  emitter.emit('connect');
  const connection = await connecting;
  return {
    call: (name: string) => connection.call('fixture', name, [], new CallSite(connect)),
    /** Answers what was sent as the so-manieth message, counted from 0. */
    answer: (index: number, answer: Answer = {}) => sent[index]?.[1](answer),
    /** Of each message: the number of the call, and which answers had come. */
    sent: () => sent.map(([{ number, seen }]) => [number, seen]),
    breakOff: () => {
      socket.connected = false;
      emitter.emit('disconnect', 'transport close');
    },
    comeBack: () => {
      socket.connected = true;
      emitter.emit('connect');
    },
    close: () => connection.close(),
  };
}

it('each call says once which answers have come since the last one, failures as well', async () => {
  const { call, answer, sent } = await connect();
  const calls = ['seed', 'verify', 'url'].map(call);
  answer(2);
  answer(1, { error: { code: 'VERIFY_FAILED', message: 'not met' } });
  await Promise.all([rejection(calls[1] as Promise<Answer>), calls[2]]);
  for (const name of ['host', 'port']) void call(name);
  answer(0);
  void call('idle');
  expect(sent()).toEqual([
    [1, []],
    [2, []],
    [3, []],
    [4, [3, 2]],
    [5, []],
    [6, [1]],
  ]);
});

it('what is sent again are the calls without an answer, as they were, in their order and before new ones', async () => {
  const { call, answer, sent, breakOff, comeBack } = await connect();
  const first = call('seed');
  void call('verify');
  answer(0, { value: 1 });
  expect(await first).toEqual({ value: 1 });
  void call('url');
  breakOff();
  void call('host');
  expect(sent()).toHaveLength(3);
  comeBack();
  void call('port');
  expect(sent().slice(3)).toEqual([
    [2, []],
    [3, [1]],
    [4, []],
    [5, []],
  ]);
});

it('an answer that comes twice counts once', async () => {
  const { call, answer, sent, breakOff, comeBack } = await connect();
  const first = call('seed');
  breakOff();
  comeBack();
  answer(0, { value: 1 });
  answer(1, { value: 2 });
  expect(await first).toEqual({ value: 1 });
  void call('url');
  expect(sent()).toEqual([
    [1, []],
    [1, []],
    [2, [1]],
  ]);
});

it('a call that was still to be answered at the end is rejected, and none is sent after it', async () => {
  const { call, sent, close, comeBack } = await connect();
  const first = rejection(call('idle'));
  close();
  expect(await first).toMatchObject({ code: 'CLOSED', message: expect.stringMatching(/`idle` was still pending/) });
  expect(await rejection(call('url'))).toMatchObject({ code: 'CLOSED' });
  comeBack();
  expect(sent()).toEqual([[1, []]]);
});
