/** Servers whose clock stands still until the test moves it, and workers that go on by themselves when it moves. */

import { type EchoStsOptions, manualClock } from 'echo-sts';
import { useServers } from './servers.js';
import { fragment, type Worker } from './worker.js';

/** To be called once, at the top of a test file, in place of `useServers`. */
export function useStillServers() {
  const { start, join, ...rest } = useServers();
  return {
    ...rest,
    start,
    join,
    /** A fixture on a clock that stands still, and a worker with an active stream. */
    async still(options: EchoStsOptions = {}, overrides: object = {}, transports = ['websocket']) {
      const sts = await start({ clock: manualClock(), ...options });
      const worker = await join(sts, { transports });
      await worker.init(overrides);
      worker.received.length = 0;
      return { sts, worker };
    },
  };
}

/** A worker that answers each result with the next fragment, in the same turn. */
export function answering(worker: Worker, upTo = Number.POSITIVE_INFINITY): void {
  worker.on('fragment:processed', ({ sequence_number }) => {
    if (sequence_number < upTo) worker.send('fragment:data', fragment(sequence_number + 1));
  });
}
