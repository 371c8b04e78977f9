/** When the messages of a connection leave: together, if more is due at once. */

import { expect, it } from 'vitest';
import type { Clock, Sleeper } from '../../src/clock/clock.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import { Connection } from '../../src/server/connection.js';
import type { OutgoingEvent, Peer, PeerListener } from '../../src/server/peer.js';
import { fragment, init } from '../support/worker.js';

/** A connection whose time stands still until a test wakes it. */
function open(delayMs = 0) {
  let listener: PeerListener | undefined;
  let sleeper: Sleeper | undefined;
  const [said, left]: [OutgoingEvent[], string[][]] = [[], []];
  const peer: Partial<Peer> = {
    handshake: {},
    isDeaf: false,
    bytesRead: 0,
    hear: (given) => {
      listener = given;
    },
    say: (events) => said.push(...events),
    flush: () => {
      const events = said.splice(0).map(({ event }) => event);
      if (events.length > 0) left.push(events);
    },
    heard: async () => true,
  };
  const clock: Clock = {
    now: () => 0,
    startTimer: (given) => {
      sleeper = given;
      return () => {};
    },
  };
  const connection = new Connection(peer as Peer, {
    clock,
    observerOf: () => () => {},
    checksAudio: false,
    settings: () => ({ ...DEFAULT_SETTINGS, delayMs }),
    restart: () => {},
    ended: () => {},
  });
  connection.open();
  const send = (event: string, payload: object, acknowledge?: () => void) =>
    listener?.received(event, [payload], acknowledge);
  send('stream:init', init({ max_inflight: 10 }));
  left.length = 0;
  return { send, left, wake: () => sleeper?.wake() };
}

it('an acknowledgement leaves with the result that is due at once', () => {
  const { send, left, wake } = open();
  send('fragment:data', fragment(0));
  send('fragment:data', fragment(1));
  expect(left).toEqual([]);
  wake();
  expect(left).toEqual([['fragment:ack', 'fragment:ack', 'fragment:processed', 'fragment:processed']]);
});

it('an acknowledgement leaves at once if the result is due later', () => {
  const { send, left } = open(20);
  send('fragment:data', fragment(0));
  expect(left).toEqual([['fragment:ack']]);
});

it('messages leave before a callback of the worker is called', () => {
  const { send, left } = open();
  let leftBefore: unknown;
  send('fragment:data', fragment(0), () => {
    leftBefore = structuredClone(left);
  });
  expect(leftBefore).toEqual([['fragment:ack']]);
});

it('a worker that never pauses does not pile up messages', () => {
  const { send, left } = open();
  for (let number = 0; number < 1000; number += 1) send('fragment:data', fragment(0));
  expect(left.length).toBeGreaterThan(10);
  expect(Math.max(...left.map(({ length }) => length))).toBeLessThanOrEqual(65);
});
