/** Whether functions of the caller are passed the fragments of a session. */

import { expect, it } from 'vitest';
import { ActionBook } from '../../src/core/actions.js';
import type { Rule } from '../../src/core/rule.js';
import { RuleBook } from '../../src/core/rules.js';
import { Session } from '../../src/core/session.js';
import { DEFAULT_SETTINGS, type SessionSettings } from '../../src/core/settings.js';

const ORIGIN = { sessionId: 'session', handshake: { streamId: 'news' }, connectedAt: 0 };
const predicate: Rule = { when: () => false, consequence: { delayMs: 0 }, times: 1, after: 0 };
const plain: Rule = { ...predicate, when: { sequenceNumber: 1 } };

function bookOf(...rules: readonly Rule[]): RuleBook {
  const book = new RuleBook('0');
  for (const rule of rules) book.add(rule);
  return book;
}

const scoped = (rules: RuleBook, more: object = {}): Partial<SessionSettings> => ({
  scopeOf: () => ({ owner: {}, rules, actions: new ActionBook(), ...more }),
});

it.each<[string, Partial<SessionSettings>, boolean]>([
  ['the defaults', {}, false],
  ['plain delays and rules', { delayMs: { min: 1, max: 2 }, rules: bookOf(plain) }, false],
  ['a delay', { delayMs: () => 1 }, true],
  ['a transcript', { transcript: () => 'x' }, true],
  ['a transcript that is a text', { transcript: 'x' }, false],
  ['a condition of a rule of the server', { rules: bookOf(plain, predicate) }, true],
  ['a condition of a rule of the scope', scoped(bookOf(predicate)), true],
  ['a delay of the scope', scoped(bookOf(), { delayMs: () => 1 }), true],
  ['a delay of the server that the scope replaces', { ...scoped(bookOf(), { delayMs: 1 }), delayMs: () => 1 }, false],
])('%s', (_, settings, isShown) => {
  const session = new Session(ORIGIN, { ...DEFAULT_SETTINGS, ...settings });
  session.handle({ kind: 'connect' }, 0);
  expect(session.showsFragments).toBe(isShown);
});

it('a condition that is removed is passed no more fragments', () => {
  const rules = bookOf();
  const session = new Session(ORIGIN, { ...DEFAULT_SETTINGS, rules });
  const entry = rules.add(predicate);
  expect(session.showsFragments).toBe(true);
  rules.remove(entry);
  expect(session.showsFragments).toBe(false);
  rules.add(predicate);
  rules.clear();
  expect(session.showsFragments).toBe(false);
});
