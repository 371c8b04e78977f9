/** The standard error of a command is passed on as a whole, however slow its reader is. */

import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { forwardErrors } from '../../src/cli/command-errors.js';

/** A reader that takes what is written when the test says so. */
function slowReader() {
  let taken = '';
  let take = () => {};
  const to = new Writable({
    highWaterMark: 1,
    write: (chunk, _, callback) => {
      take = () => {
        taken += chunk;
        take = () => {};
        callback();
      };
    },
  });
  return { to, take: () => take(), taken: () => taken };
}

/** Takes what is written until the command has been passed on as a whole. */
async function takeUntil(drained: Promise<void>, take: () => void): Promise<void> {
  let isDrained = false;
  const ended = drained.then(() => {
    isDrained = true;
  });
  while (!isDrained) {
    take();
    await new Promise(setImmediate);
  }
  await ended;
}

describe('a command that has ended', () => {
  it.each(['closes its standard error', 'has started what keeps it open'])(
    'and %s is waited for until the reader has everything',
    async (how) => {
      const { to, take, taken } = slowReader();
      const from = new PassThrough();
      const drain = forwardErrors(from, to);
      for (const line of ['one ', 'two ', 'three']) from.write(line);
      if (how === 'closes its standard error') from.end();
      await takeUntil(drain(), take);
      expect(taken()).toBe('one two three');
    },
  );

  it('is waited for while the reader takes nothing', async () => {
    const { to, take, taken } = slowReader();
    const from = new PassThrough();
    const drain = forwardErrors(from, to);
    from.end('all');
    const drained = drain();
    const turns = (async () => {
      for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
      return 'waiting';
    })();
    expect([await Promise.race([drained, turns]), taken()]).toEqual(['waiting', '']);
    await takeUntil(drained, take);
    expect(taken()).toBe('all');
  });

  it('is not waited for when the reader has all of it, and takes nothing of the log', async () => {
    const { to, take, taken } = slowReader();
    const from = new PassThrough();
    const drain = forwardErrors(from, to);
    from.write('its own');
    while (taken() === '') {
      take();
      await new Promise(setImmediate);
    }
    to.write('a line of the log');
    from.end();
    await drain();
    expect(taken()).toBe('its own');
  });
});

it('a command notices when nobody can read its standard error', async () => {
  const from = new PassThrough();
  const to = new Writable({ write: (_, __, callback) => callback(new Error('EPIPE')) });
  to.on('error', () => {});
  const drain = forwardErrors(from, to);
  from.write('x');
  await drain();
  expect(from.destroyed).toBe(true);
});
