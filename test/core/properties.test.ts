import { type Effect, type Input, Session } from 'echo-sts/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ack,
  active,
  Drive,
  delay,
  disconnect,
  end,
  fragment,
  init,
  malformed,
  pause,
  resume,
  rules,
  unknown,
} from '../support/drive.js';

/** Anything that may happen to a session, in any order, with small numbers so that they meet. */
const anyInput: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.nat(8), fc.nat(9))
      .map(([number, id]) => fragment(number, `fragment-${id === 9 ? 0 : number}`)),
  },
  { weight: 2, arbitrary: fc.constantFrom(pause, resume, end, malformed, unknown, ack('fragment-1'), disconnect) },
  { weight: 1, arbitrary: fc.nat(50).map(delay) },
  { weight: 1, arbitrary: fc.constantFrom(init(), init({ maxInflight: 1, timeoutMs: 1000 })) },
);
const anySteps = fc.array(fc.tuple(anyInput, fc.nat(60)), { maxLength: 40 });

/** Every third fragment fails, so that there are retries. */
const isThird = ({ sequenceNumber }: { sequenceNumber: number }) => sequenceNumber % 3 === 2;
const failing = () =>
  rules({
    when: isThird,
    consequence: { error: { code: 'GPU_OOM', message: 'full', retryable: true }, delayMs: 0 },
  });

describe('whatever a worker sends', () => {
  it('nothing throws, in flight is what was taken and not yet emitted, and waking again gives nothing', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const drive = new Drive({ queueLimit: 5, queueFullLimit: 3, ...failing() });
        for (const [input, pauseMs] of steps) {
          drive.feed(input);
          drive.advance(pauseMs);
          const { inflight, state } = drive.session.snapshot();
          const taken = count(drive.effects, 'fragment:ack');
          const emitted = count(drive.effects, 'fragment:processed');
          expect(inflight).toBe(state === 'closed' ? 0 : taken - emitted);
          expect(drive.session.wake(drive.now)).toEqual([]);
          expect(drive.session.wakeAt).toBeGreaterThan(drive.now);
        }
      }),
    );
  });

  it('first results come out in sequence order, each once; stream:complete comes once and last', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const drive = active({ reorderWindow: 6, ...failing() });
        for (const [input, pauseMs] of [
          ...steps.filter(([{ kind }]) => kind !== 'disconnect'),
          [end, 60_000] as const,
        ]) {
          drive.feed(input);
          drive.advance(pauseMs);
        }
        const results = drive.effects.filter((effect) => effect.kind === 'fragment:processed');
        const first = results.filter(
          (result, index) => results.findIndex(({ fragmentId }) => fragmentId === result.fragmentId) === index,
        );
        const numbers = first.map(({ sequenceNumber }) => sequenceNumber);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        expect(count(drive.effects, 'stream:complete')).toBe(1);
        expect(drive.effects.findLastIndex(({ kind }) => kind === 'fragment:processed')).toBeLessThan(
          drive.effects.findIndex(({ kind }) => kind === 'stream:complete'),
        );
        expect(drive.session.snapshot().inflight).toBe(0);
      }),
    );
  });

  it('stage times always add up', () => {
    fc.assert(
      fc.property(fc.nat(600_000), (delayMs) => {
        const drive = active({ delayMs });
        drive.feed(fragment(0));
        drive.advance(delayMs);
        const result = drive.effects.at(-1);
        if (result?.kind !== 'fragment:processed') throw new Error('no result');
        const { asrMs, translationMs, ttsMs } = result.stageTimings;
        expect(asrMs + translationMs + ttsMs).toBe(result.processingTimeMs);
        expect(Math.min(asrMs, translationMs, ttsMs)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('any permutation of a stream within the window', () => {
  it('is taken whole and released in order, whatever the delays', () => {
    const permutation = fc.nat(9).chain((last) => {
      const numbers = Array.from({ length: last + 1 }, (_, index) => index);
      return fc.tuple(
        fc.shuffledSubarray(numbers, { minLength: last + 1 }),
        fc.array(fc.nat(30), { minLength: 10, maxLength: 10 }),
      );
    });
    fc.assert(
      fc.property(permutation, ([numbers, delays]) => {
        const drive = active({ reorderWindow: 10 });
        for (const number of numbers) drive.feed(delay(delays[number] ?? 0), fragment(number));
        drive.feed(end);
        drive.advance(100);
        const results = drive.effects.filter((effect) => effect.kind === 'fragment:processed');
        expect(results.map(({ sequenceNumber }) => sequenceNumber)).toEqual([...numbers].sort((a, b) => a - b));
        expect(drive.transcript.at(-1)).toMatch(`stream:complete ${numbers.length}`);
      }),
    );
  });
});

describe('backpressure', () => {
  it('alternates between pause and none, and is never left at pause once all is out', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const drive = active({ delayMs: 30 }, { maxInflight: 1 });
        for (const [input, pauseMs] of steps.filter(([{ kind }]) => kind !== 'disconnect')) {
          drive.feed(input);
          drive.advance(pauseMs);
        }
        drive.advance(60_000);
        const actions = drive.effects.flatMap((effect) => (effect.kind === 'backpressure' ? [effect.action] : []));
        expect(actions).toEqual(actions.map((_, index) => (index % 2 === 0 ? 'pause' : 'none')));
        expect(actions.length % 2).toBe(0);
      }),
    );
  });
});

describe('two sessions with the same inputs at the same times', () => {
  it('do the same, for nothing but these decides', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const [one, other] = [new Drive({ ...failing() }), new Drive({ ...failing() })];
        for (const [input, pauseMs] of steps) {
          for (const drive of [one, other]) {
            drive.feed(input);
            drive.advance(pauseMs);
          }
        }
        expect(one.effects).toEqual(other.effects);
        expect(one.session.snapshot()).toEqual(other.session.snapshot());
        expect(one.session).toBeInstanceOf(Session);
      }),
    );
  });
});

function count(effects: readonly Effect[], kind: Effect['kind']): number {
  return effects.filter((effect) => effect.kind === kind).length;
}
