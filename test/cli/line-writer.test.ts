/** What becomes of lines that nobody reads. */

import { once } from 'node:events';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { lineWriter } from '../../src/cli/line-writer.js';
import { secondsOf } from '../support/seconds.js';

/** A stream whose reader takes one chunk whenever it is told to, or all of them once it `reads`. */
class Pipe extends Writable {
  readonly taken: string[] = [];
  #reads = false;
  #waiting: (() => void) | undefined;

  override _write(chunk: Buffer, _: string, done: () => void): void {
    const take = () => {
      this.taken.push(String(chunk));
      done();
    };
    if (this.#reads) take();
    else this.#waiting = take;
  }

  /** Reads whatever comes from now on. */
  read(): void {
    this.#reads = true;
    this.#waiting?.();
  }
}

const notice = (count: number) => `${count} dropped\n`;
const LINE = `${'x'.repeat(1023)}\n`;

/** Says so many lines at once. */
function say(pipe: Pipe, count: number) {
  const writer = lineWriter(pipe);
  for (let n = 0; n < count; n += 1) writer.write(LINE, notice);
  return writer;
}

describe('lines that nobody reads', () => {
  it('wait up to a bound, however much is said at once', () => {
    const pipe = new Pipe();
    say(pipe, 100_000);
    expect(pipe.writableLength).toBe(1024 * 1024 + LINE.length);
  });

  it('wait up to a lower bound once nothing has been taken for a while', async () => {
    const pipe = new Pipe();
    const writer = lineWriter(pipe);
    const write = () => {
      const before = pipe.writableLength;
      writer.write(LINE, notice);
      return pipe.writableLength - before;
    };
    while (pipe.writableLength <= 64 * 1024) write();
    await expect.poll(write).toBe(0);
    expect(pipe.writableLength).toBeLessThan(128 * 1024);
  });

  it('are counted in one line, at the place where they are missing', async () => {
    const pipe = new Pipe();
    const writer = say(pipe, 5000);
    const drained = once(pipe, 'drain');
    pipe.read();
    await drained;
    writer.write('after\n', notice);
    await writer.end();
    const shown = pipe.taken.filter((text) => text !== '');
    const whole = shown.filter((text) => text === LINE).length;
    expect(whole).toBe(1025);
    expect(shown.slice(whole)).toEqual([`${5000 - whole} dropped\n`, 'after\n']);
  });

  it('are not waited for at the end for longer than a moment', async () => {
    const writer = say(new Pipe(), 5000);
    expect(await secondsOf(() => writer.end())).toBeLessThan(0.8);
  });

  it('are counted at the end as well, for a reader that comes then', async () => {
    const pipe = new Pipe();
    const writer = say(pipe, 5000);
    const ended = writer.end();
    pipe.read();
    await ended;
    expect(pipe.taken.at(-2)).toMatch(/^\d+ dropped\n$/);
  });
});

it('a reader that reads gets all that is said at once, and nothing else', async () => {
  const pipe = new Pipe();
  pipe.read();
  const writer = say(pipe, 500);
  await writer.end();
  expect(pipe.taken.filter((text) => text !== '')).toEqual(Array.from({ length: 500 }, () => LINE));
});

it('a reader that is gone is neither waited for nor told', async () => {
  const pipe = new Pipe();
  pipe.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  const writer = say(pipe, 10);
  await writer.end();
  expect([pipe.taken, pipe.writableLength]).toEqual([[], 0]);
});
