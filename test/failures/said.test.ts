import { expect, it } from 'vitest';
import { messagesIn } from '../../src/failures/said.js';
import type { Violation } from '../../src/record/violation-log.js';

const violations = (...messages: string[]) => messages.map((message) => ({ message }) as Violation);

it('a violation is described by a text with its message, also on several lines, or with that of another fragment', () => {
  const text = 'violation x: Fragment "f-3" (sequence_number 3) brought\n            the number to 4';
  const same = 'Fragment "f-3" (sequence_number 3) brought the number to 4';
  const other = 'Fragment "g" (sequence_number 12) brought the number to 5';
  expect(messagesIn(text, violations(same, other))).toEqual([same, other]);
});

it('a violation is not described by what is said of another one', () => {
  expect(messagesIn('`sequence_number` expected an integer', violations('`audio` expected an object'))).toEqual([]);
});
