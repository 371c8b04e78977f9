/** Whose waits end with whom. */

import { expect, it } from 'vitest';
import { Waits } from '../../src/handle/waits.js';
import { rejection } from '../support/rejection.js';

it('a wait ends with its owner, with its beneficiary and with all, and with nobody else', async () => {
  const waits = new Waits();
  const [owner, beneficiary, other] = [{}, {}, {}];
  const ended: string[] = [];
  const wait = (subject: string, whose: { owner: object; beneficiary?: object }) =>
    rejection(
      waits.for({
        ...{ ...whose, called: wait, subject, timeoutMs: 600_000, explain: () => '' },
        watch: () => () => void ended.push(subject),
      }),
    );
  const own = wait('own', { owner });
  const onBehalf = wait('on behalf', { owner, beneficiary });
  const strange = wait('strange', { owner: other });
  waits.end('CLOSED', 'the client went', beneficiary);
  expect((await onBehalf).message).toBe('the client went while on behalf; await its promise before that.');
  expect(ended).toEqual(['on behalf']);
  waits.end('CLOSED', 'the scope went', owner);
  expect((await own).message).toBe('the scope went while own; await its promise before that.');
  waits.end('RESET', 'all went');
  expect(await strange).toMatchObject({
    code: 'RESET',
    message: 'all went while strange; await its promise before that.',
  });
  expect(ended).toEqual(['on behalf', 'own', 'strange']);
});
