/** What the fixture remembers of a control client's objects, and what it forgets. */

import type { EchoSts } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { ControlSession } from '../../src/control/control-session.js';
import type { Answer } from '../../src/control/messages.js';
import { Waits } from '../../src/handle/waits.js';

/** As many as `docs/control.md` says. */
const REMEMBERED = 10_000;

/** A client of a fixture whose rules tell which they are by their hits; what it closes is written down. */
function client() {
  const closed: string[] = [];
  let rules = 0;
  const scope = { close: async () => void closed.push('scope'), url: 'the scope’s', clearErrorRules: async () => {} };
  const dispose = { [Symbol.asyncDispose]: scope.close };
  const entries = { return: async () => void closed.push('entries') };
  const fixture = {
    clock: { now: () => 7 },
    addErrorRule: () => ({ hits: ++rules }),
    scope: () => ({ ...scope, ...dispose }),
    entries: () => entries,
  };
  const session = new ControlSession({
    fixtureFor: () => fixture as unknown as EchoSts,
    waits: new Waits(),
    verifyAtEnd: async () => {},
  });
  const call = (on: string, name: string): Promise<Answer> => session.answer({ on, name });
  return {
    closed,
    call,
    close: () => session.close(),
    addRules: (count: number) => Promise.all(Array.from({ length: count }, () => call('fixture', 'addErrorRule'))),
  };
}

/** The answer that there is no such object. */
const forgotten = (id: string) => ({
  error: {
    code: 'INVALID_OPTION',
    message: `\`on\` expected an object of this client, got "${id}", which was released, or is not among the newest 10000; request it again.`,
  },
});

describe('of the objects of a control client', () => {
  it('those that were used last are remembered, and the one that was not used for longest is forgotten first', async () => {
    const { call, addRules } = client();
    await addRules(REMEMBERED);
    expect(await call('rule-1', 'hits')).toEqual({ value: 1 });
    await addRules(1);
    expect(await call('rule-2', 'hits')).toEqual(forgotten('rule-2'));
    expect([await call('rule-1', 'hits'), await call('rule-3', 'hits')]).toEqual([{ value: 1 }, { value: 3 }]);
    await addRules(REMEMBERED - 2);
    expect(await call('rule-10001', 'hits')).toEqual(forgotten('rule-10001'));
    expect([await call('rule-1', 'hits'), await call('rule-3', 'hits')]).toEqual([{ value: 1 }, { value: 3 }]);
  });

  it('a use of it that fails is a use as well', async () => {
    const { call, addRules } = client();
    await addRules(REMEMBERED);
    expect((await call('rule-1', 'nothing')).error?.message).toContain('`name` expected a member of a rule, one of');
    await addRules(1);
    expect(await call('rule-1', 'hits')).toEqual({ value: 1 });
  });

  it('an open scope, the fixture and its clock are never forgotten, and take no place', async () => {
    const { call, addRules } = client();
    await call('fixture', 'scope');
    await call('scope-1', 'clearErrorRules');
    await addRules(REMEMBERED);
    expect(await call('rule-2', 'hits')).toEqual({ value: 1 });
    await addRules(REMEMBERED);
    expect([await call('scope-1', 'url'), await call('clock', 'now')]).toEqual([
      { value: 'the scope’s' },
      { value: 7 },
    ]);
  });

  it.each(['close', 'dispose'])('a scope can be read after `%s`, until it is forgotten as any other', async (name) => {
    const { call, addRules } = client();
    await call('fixture', 'scope');
    await call('scope-1', name);
    expect(await call('scope-1', 'url')).toEqual({ value: 'the scope’s' });
    await addRules(REMEMBERED);
    expect(await call('scope-1', 'url')).toEqual(forgotten('scope-1'));
  });

  it('none is left when it has closed', async () => {
    const { call, close, closed, addRules } = client();
    await addRules(1);
    await call('fixture', 'scope');
    await call('fixture', 'entries');
    await close();
    expect(closed.toSorted()).toEqual(['entries', 'scope']);
    const ids = ['rule-1', 'scope-2', 'entries-3', 'fixture', 'clock'];
    expect(await Promise.all(ids.map((id) => call(id, 'close')))).toEqual(ids.map(forgotten));
    await close();
    expect(closed).toHaveLength(2);
  });
});
