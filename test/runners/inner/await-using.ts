/** `await using` and `using` with everything that can be disposed of, in a realm that may lack the symbols for it. */

import { connectEchoSts, createEchoSts } from 'echo-sts';
import { expect, test } from 'vitest';

test('the fixture, and what it gives, is disposed of at the end of a block', async () => {
  const sts = await createEchoSts();
  {
    await using open = sts;
    await using scope = open.scope({ streamId: 'news' });
    using rule = open.addErrorRule({ when: { sequenceNumber: 5 }, code: 'TIMEOUT', optional: true });
    using cut = open.cut({ at: 'connect', how: 'reset', optional: true });
    using expectation = scope.expectEvent({ event: 'stream:init', times: 0 });
    expect([rule.hits, cut.hits, expectation.hits]).toEqual([0, 0, 0]);
  }
  expect(() => sts.scope({ streamId: 'any' })).toThrow(expect.objectContaining({ code: 'CLOSED' }));
});

test('the handle of a fixture in another process, and what it gives, is disposed of at the end of a block', async () => {
  await using sts = await createEchoSts({ control: true });
  const remote = await connectEchoSts(sts.controlUrl);
  {
    await using open = remote;
    await using scope = await open.scope({ streamId: 'news' });
    await using rule = await open.addErrorRule({ when: { sequenceNumber: 5 }, code: 'TIMEOUT', optional: true });
    await using cut = await open.cut({ at: 'connect', how: 'reset', optional: true });
    await using expectation = await scope.expectEvent({ event: 'stream:init', times: 0 });
    expect(await Promise.all([rule.hits, cut.hits, expectation.hits])).toEqual([0, 0, 0]);
    expect(sts.errorRules).toHaveLength(1);
  }
  expect(sts.errorRules).toEqual([]);
  await expect(remote.url).rejects.toMatchObject({ code: 'CLOSED' });
});

test('nothing that it gives has a member by the name of a symbol that is not there', async () => {
  await using sts = await createEchoSts({ control: true });
  await using remote = await connectEchoSts(sts.controlUrl);
  const given = [
    sts,
    sts.scope({ streamId: 'news' }),
    sts.addErrorRule({ when: { sequenceNumber: 5 }, code: 'TIMEOUT', optional: true }),
    remote,
  ];
  expect(given.filter((object) => 'undefined' in object)).toEqual([]);
});
