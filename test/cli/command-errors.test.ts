/** The standard error of a command is passed on as a whole, however slow its reader is. */

import { once } from 'node:events';
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

describe('a command that has ended', () => {
  it.each(['closes its standard error', 'has started what keeps it open'])(
    'and %s is waited for until the reader has everything',
    async (how) => {
      const { to, take, taken } = slowReader();
      const from = new PassThrough();
      const drained = forwardErrors(from, to);
      for (const line of ['one ', 'two ', 'three']) from.write(line);
      if (how === 'closes its standard error') from.end();
      let isDrained = false;
      const ended = drained().then(() => {
        isDrained = true;
      });
      while (!isDrained) {
        take();
        await new Promise(setImmediate);
      }
      await ended;
      expect(taken()).toBe('one two three');
    },
  );

  it('is waited for while the reader takes nothing', async () => {
    const { to, take, taken } = slowReader();
    const from = new PassThrough();
    const drained = forwardErrors(from, to);
    const closed = once(from, 'close');
    from.end('all');
    let isDrained = false;
    const ended = drained().then(() => {
      isDrained = true;
    });
    await closed;
    for (let turns = 0; turns < 10; turns += 1) await new Promise(setImmediate);
    expect([isDrained, taken()]).toEqual([false, '']);
    while (!isDrained) {
      take();
      await new Promise(setImmediate);
    }
    await ended;
    expect(taken()).toBe('all');
  });
});

it('a command notices when nobody can read its standard error', async () => {
  const from = new PassThrough();
  const to = new Writable({ write: (_, __, callback) => callback(new Error('EPIPE')) });
  to.on('error', () => {});
  const drained = forwardErrors(from, to);
  from.write('x');
  await drained();
  expect(from.destroyed).toBe(true);
});
