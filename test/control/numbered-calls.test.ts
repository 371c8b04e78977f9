/** A call is carried out once, whatever becomes of its answer. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/control/messages.js';
import { NumberedCalls } from '../../src/control/numbered-calls.js';

/** Calls, and the numbers of those that were carried out, in that order; each is answered when `settle` says so. */
function client() {
  const calls = new NumberedCalls();
  const done: (number | undefined)[] = [];
  const settles = new Map<number, () => void>();
  return {
    done,
    settle: (number: number) => settles.get(number)?.(),
    send(number?: number, seen: number[] = []): Promise<Answer> {
      const carryOut = () =>
        new Promise<Answer>((resolve) => {
          done.push(number);
          if (number === undefined) resolve({});
          else settles.set(number, () => resolve({ value: number }));
        });
      return calls.once({ number, seen }, carryOut);
    },
  };
}

describe('a numbered call', () => {
  it('that is sent again while it is carried out gets the answer of the first', async () => {
    const { send, settle, done } = client();
    const answers = [send(1), send(1)];
    settle(1);
    expect([await Promise.all(answers), done]).toEqual([[{ value: 1 }, { value: 1 }], [1]]);
  });

  it('that is sent again because its answer was lost gets the same one, as often as it is sent', async () => {
    const { send, settle, done } = client();
    const first = send(1);
    settle(1);
    expect([await first, await send(1), await send(1), done]).toEqual([{ value: 1 }, { value: 1 }, { value: 1 }, [1]]);
  });

  it('keeps its answer as long as the client does not say that it has come, whatever else has', async () => {
    const { send, settle, done } = client();
    void send(1);
    const second = send(2);
    settle(2);
    await second;
    void send(3, [2]);
    settle(1);
    expect([await send(1), done]).toEqual([{ value: 1 }, [1, 2, 3]]);
  });

  it('is refused when it comes again although its answer has come', async () => {
    const { send, settle, done } = client();
    void send(1);
    settle(1);
    void send(2, [1]);
    expect(() => send(1)).toThrow(
      '`number` expected more than 2 for a new call, got 1; only a call whose number was not in `seen`',
    );
    expect(done).toEqual([1, 2]);
  });

  it('is let go of with all others whose answers have come, and no other is, whichever call says so', async () => {
    const { send, settle, done } = client();
    const first = [1, 2, 3].map((number) => send(number));
    for (const number of [1, 2, 3]) settle(number);
    await Promise.all(first);
    await send(undefined, [1, 3]);
    expect(() => send(1)).toThrow('more than 3 for a new call, got 1;');
    expect(() => send(3)).toThrow('more than 3 for a new call, got 3;');
    expect([await send(2), done]).toEqual([{ value: 2 }, [1, 2, 3, undefined]]);
    expect(() => send(2, [2])).toThrow('more than 3 for a new call, got 2;');
  });

  it('that many are in flight with is still carried out once', () => {
    const { send, done } = client();
    const numbers = Array.from({ length: 20_000 }, (_, index) => index + 1);
    for (const number of [...numbers, ...numbers]) void send(number);
    expect(done).toEqual(numbers);
  });

  it('without a number is carried out as often as it comes', async () => {
    const { send, done } = client();
    expect([await send(), await send(), done]).toEqual([{}, {}, [undefined, undefined]]);
  });

  /** What is lost of the calls and answers of each connection, and how many calls are made over it. */
  const connections = fc.array(
    fc.record({ calls: fc.nat(5), delivered: fc.nat(12), settled: fc.nat(12), answered: fc.nat(12) }),
    { minLength: 1, maxLength: 8 },
  );

  it('is carried out once and answered, wherever connections break', async () => {
    await fc.assert(
      fc.asyncProperty(connections, async (lives) => {
        const { send, settle, done } = client();
        const pending = new Map<number, number[]>();
        let [made, seen]: [number, number[]] = [0, []];
        const connect = async (calls: number, delivered: number, settled: number, answered: number) => {
          for (let count = 0; count < calls; count += 1) {
            pending.set(++made, seen);
            seen = [];
          }
          // A connection delivers what was sent first, in both directions.
          const arrived = [...pending]
            .slice(0, delivered)
            .map(([number, seen]) => ({ number, answer: send(number, seen) }));
          for (const { number } of arrived.slice(0, settled)) settle(number);
          for (const { number, answer } of arrived.slice(0, Math.min(settled, answered))) {
            expect(await answer).toEqual({ value: number });
            pending.delete(number);
            seen.push(number);
          }
        };
        for (const { calls, delivered, settled, answered } of lives) await connect(calls, delivered, settled, answered);
        await connect(1, made + 1, made + 1, made + 1);
        expect([pending.size, done]).toEqual([0, Array.from({ length: made }, (_, index) => index + 1)]);
      }),
    );
  });
});
