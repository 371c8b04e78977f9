/** The matchers against a real fixture, a scope of it and a session, with real workers. */

import { type EchoStsOptions, type ErrorRule, manualClock, type Scope, type SessionView } from 'echo-sts';
import { matchers } from 'echo-sts/matchers';
import { describe, expect, it } from 'vitest';
import { watchHost } from '../support/host.js';
import { type ScriptedFixture, type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, type Payload } from '../support/worker.js';
import { approved, failureOf } from './fake.js';

expect.extend(matchers);
watchHost();
const { start, join } = useScriptedFixtures();

/** The stream that the scope claims; `OTHER` is one beside it. */
const MINE = { stream_id: 'a/news' };
const OTHER = { stream_id: 'b/sport' };

const base64 = (text: string) => Buffer.from(text).toString('base64');
const audioOf = (number: number, format = {}) => ({
  ...fragment(number).audio,
  data_base64: base64(`sound ${number}`),
  ...format,
});
const data = (number: number, more: object = {}) => fragment(number, { ...MINE, audio: audioOf(number), ...more });

/** A stream on a clock that the test moves, and the three things that can be asked about it. */
class Stage {
  constructor(
    readonly sts: ScriptedFixture,
    readonly scope: Scope,
    readonly worker: ScriptedWorker,
  ) {}

  get session(): SessionView {
    const session = this.sts.session(MINE.stream_id);
    if (session === undefined) throw new Error('no stream was begun');
    return session;
  }

  /** Resolves when all is said and heard that is due by then. */
  async send(...numbers: readonly number[]): Promise<void> {
    for (const number of numbers) this.worker.send('fragment:data', data(number));
    await this.sts.clock.advance(100);
  }

  async end(): Promise<void> {
    this.worker.send('stream:end', MINE);
    await this.sts.clock.advance(0);
  }
}

/** What a test can ask about it. */
const HANDLES = ['sts', 'scope', 'session'] as const;

async function begin(options: EchoStsOptions = {}): Promise<Stage> {
  const sts = await start({ clock: manualClock(), seed: 'of this test', delayMs: 40, ...options });
  const scope = sts.scope({ streamId: 'a/' });
  const worker = await join(sts);
  await worker.init({ ...MINE, config: { target_language: 'fr' }, max_inflight: 5 });
  return new Stage(sts, scope, worker);
}

/** A rule for the second fragment. */
const atOne = (rule: object): { errorRules: ErrorRule[] } => ({
  errorRules: [{ when: { sequenceNumber: 1 }, ...rule } as ErrorRule],
});

/** Another stream on the same server, with one fragment and its result. */
async function streamBeside({ sts }: Stage): Promise<ScriptedWorker> {
  const worker = await join(sts);
  await worker.init(OTHER);
  worker.send('fragment:data', fragment(0, OTHER));
  await sts.clock.advance(100);
  return worker;
}

const expectFailure = (name: string, assertion: () => void) =>
  expect(`${failureOf(assertion)}\n`).toMatchFileSnapshot(approved(`real-${name}`));

describe.each(HANDLES)('asked about the %s', (handle) => {
  it('toHaveReceived tells what the worker has sent', async () => {
    const stage = await begin();
    await stage.send(0, 1, 2);
    const asked = stage[handle];
    expect(asked).toHaveReceived('stream:init', { config: { target_language: 'fr' } }, { times: 1 });
    expect(asked).toHaveReceived('fragment:data', {}, { times: 3 });
    expect(asked).toHaveReceived('fragment:data', data(1), { times: 1 });
    expect(asked).toHaveReceived('fragment:data', { audio: { bytes: 7, hash: expect.any(String) } }, { times: 3 });
    expect(asked).not.toHaveReceived('fragment:data', { sequence_number: 3 });
    expect(asked).not.toHaveReceived('fragment:data', { audio: { data_base64: base64('silence') } });
    expect(asked).not.toHaveReceived('fragment:ack');
    expect(asked).not.toHaveReceived('stream:end');
    const from = handle === 'session' ? ' in stream "a/news"' : '';
    expect(failureOf(() => expect(asked).toHaveReceived('stream:end'))).toMatch(
      `expected the service to have received \`stream:end\` at least once${from}, but it has received none\n`,
    );
    expect(failureOf(() => expect(asked).not.toHaveReceived('fragment:data', {}, { times: 3 }))).toMatch(
      `not to have received \`fragment:data\` exactly 3 times${from}, but it has received it 3 times\n`,
    );
  });

  it('toHaveEchoedInOrder holds, also when fragments come out of order', async () => {
    const stage = await begin();
    expect(stage[handle]).not.toHaveEchoedInOrder();
    await stage.send(2, 0, 1);
    expect(stage[handle]).toHaveEchoedInOrder();
    expect(failureOf(() => expect(stage[handle]).not.toHaveEchoedInOrder())).toMatch(
      '  order     stream "a/news": 0, 1, 2\n',
    );
  });

  it.each<[string, object, RegExp]>([
    ['out of order', { fault: 'out-of-order' }, /fragment 0 after that of fragment 1$/m],
    ['twice', { fault: 'duplicate' }, /fragment 1 a second time \(by rule 1 \(.* → fault duplicate\)\)$/m],
    ['with other audio', { fault: 'corrupt' }, /with other audio: received 7 bytes .* → fault corrupt\)\)$/m],
    ['malformed', { fault: 'malformed' }, /without a `fragment_id` or `sequence_number` \(by rule 1 /],
  ])('toHaveEchoedInOrder fails when a result comes %s', async (_, rule, sentence) => {
    const stage = await begin(atOne(rule));
    await stage.send(0, 1, 2);
    expect(stage[handle]).not.toHaveEchoedInOrder();
    expect(failureOf(() => expect(stage[handle]).toHaveEchoedInOrder())).toMatch(sentence);
  });

  it.each<[string, object]>([
    ['succeeds in part', { code: 'TIMEOUT', as: 'partial' }],
    ['comes late', { fault: 'late', delayMs: 20 }],
  ])('toHaveEchoedInOrder holds when a fragment %s', async (_, rule) => {
    const stage = await begin(atOne(rule));
    await stage.send(0, 1, 2);
    expect(stage[handle]).toHaveEchoedInOrder();
  });

  it.each<[string, object, RegExp]>([
    ['is dropped', { fault: 'drop' }, /got no result of fragment 1 \(by rule 1 \(.* → fault drop\)\)$/m],
    [
      'fails for good',
      { code: 'INVALID_CONFIG' },
      /back as failed, INVALID_CONFIG \(by rule 1 \(.* → INVALID_CONFIG\)\)$/m,
    ],
    ['fails, and is not sent again', { code: 'TIMEOUT' }, /\(by rule 1 .*\); it may be retried, and was not$/m],
    [
      'gets an error, and is not sent again',
      { code: 'TIMEOUT', as: 'error-event' },
      /an error in place of the result of fragment 1, TIMEOUT \(by rule 1 .*\); it may be retried, and was not$/m,
    ],
    ['is altered', { fault: 'corrupt' }, /fragment 1 with other audio: /],
    ['is malformed', { fault: 'malformed' }, /without a `fragment_id` or `sequence_number`/],
    ['is still in flight', { fault: 'late', delayMs: 200 }, /got no result of fragment 1: it is still in flight$/m],
  ])('toHaveEchoedInOrder fails when a fragment %s, and holds when that is excepted', async (name, rule, sentence) => {
    const stage = await begin(atOne(rule));
    await stage.send(0, 1, 2);
    const asked = stage[handle];
    // A late result keeps back what follows, too.
    expect(asked).toHaveEchoedInOrder({ except: name === 'is still in flight' ? [1, 2] : [1] });
    expect(asked).not.toHaveEchoedInOrder({ except: [0, 3] });
    expect(failureOf(() => expect(asked).toHaveEchoedInOrder())).toMatch(sentence);
  });

  it('toHaveEchoedInOrder fails when a stream falls silent', async () => {
    const stage = await begin(atOne({ fault: 'silence' }));
    await stage.send(0);
    await stage.send(1, 2);
    expect(stage[handle]).toHaveEchoedInOrder({ except: [1, 2] });
    expect(failureOf(() => expect(stage[handle]).toHaveEchoedInOrder())).toMatch(
      /got no result of fragment 1 \(by rule 1 \(.* → fault silence\)\)$[\s\S]* {2}also {6}stream "a\/news" got no result of fragment 2$/m,
    );
  });

  it('toHaveEchoedInOrder holds when a fragment is refused', async () => {
    const stage = await begin();
    await stage.send(0, 0, 99, 1);
    expect(stage[handle]).toHaveEchoedInOrder();
  });

  it.each(['failed', 'error-event'] as const)(
    'toHaveEchoedInOrder holds after a retry of a TIMEOUT (%s)',
    async (as) => {
      const stage = await begin(atOne({ code: 'TIMEOUT', as, times: 1 }));
      await stage.send(0, 1, 2);
      await stage.send(1);
      expect(stage[handle]).toHaveEchoedInOrder();
      expect(stage.worker.all('fragment:processed').at(-1)).toMatchObject({ sequence_number: 1, status: 'success' });
    },
  );

  it('toHaveCompleted holds once the stream has completed, and stays so', async () => {
    const stage = await begin();
    const early = stage[handle];
    expect(early).not.toHaveCompleted();
    await stage.send(0);
    await stage.end();
    expect(early).toHaveCompleted();
    await stage.sts.clock.advance(5000);
    expect(stage.session.state).toBe('closed');
    expect([early, stage[handle]]).toEqual([expect.toHaveCompleted(), expect.toHaveCompleted()]);
    expect(failureOf(() => expect(early).not.toHaveCompleted())).toMatch(
      handle === 'session' ? 'stream "a/news" not to have completed, but it has\n' : 'but the only one has\n',
    );
  });

  it('toHaveNoViolations tells what the worker did wrong, but for what is allowed', async () => {
    const stage = await begin();
    await stage.send(0);
    expect(stage[handle]).toHaveNoViolations();
    await stage.send(0);
    expect(stage[handle]).not.toHaveNoViolations();
    expect(stage[handle]).not.toHaveNoViolations({ allow: ['reused-sequence-number'] });
    expect(stage[handle]).toHaveNoViolations({ allow: ['reused-sequence-number', 'resent-success'] });
    expect(failureOf(() => expect(stage[handle]).toHaveNoViolations())).toMatch(
      /but there is 1: `resent-success`\n[\s\S]*violation resent-success, stream "a\/news": [\s\S]*evidence {2}#\d+ fragment:data {2}#0/,
    );
    expect(failureOf(() => expect(stage[handle]).not.toHaveNoViolations({ allow: ['resent-success'] }))).toMatch(
      /there is none besides 1 that `allow` excuses\n[\s\S]* {2}nearest {3}resent-success: /,
    );
  });

  it.each([
    ['toHaveReceived', (asked: unknown) => expect(asked).toHaveReceived('stream:pause')],
    ['toHaveEchoedInOrder', (asked: unknown) => expect(asked).toHaveEchoedInOrder()],
    ['toHaveCompleted', (asked: unknown) => expect(asked).toHaveCompleted()],
    ['toHaveNoViolations', (asked: unknown) => expect(asked).not.toHaveNoViolations()],
  ])('a failure of %s tells the state, the clock, the seed and the end of the timeline', async (_, assert) => {
    const stage = await begin();
    stage.worker.send('fragment:data', data(0));
    await stage.sts.clock.advance(10);
    expect(failureOf(() => assert(stage[handle]))).toMatch(
      /^expected .*\n\n {2}awaited {3}\S[\s\S]*\n {2}nearest {3}\S[\s\S]*\n {2}state {5}stream "a\/news" .*\n {2}owed {6}the worker has sent nothing for 10 ms, since #\d+ fragment:data\n {12}the service owes the worker 1 result of 1: fragment 0\n {2}clock {5}stands still at 10 ms; .*\n {2}seed {6}of this test\n\n {2}timeline, all 5 entries:\n/,
    );
  });
});

describe('a scope and a session', () => {
  it.each(['scope', 'session'] as const)('the %s knows nothing of other streams, the fixture does', async (handle) => {
    const stage = await begin();
    await stage.send(0);
    await stage.end();
    const other = await streamBeside(stage);
    other.send('fragment:data', fragment(0, OTHER));
    await stage.sts.clock.advance(100);
    const [mine, all] = [stage[handle], stage.sts];
    expect(mine).toHaveReceived('fragment:data', {}, { times: 1 });
    expect(all).toHaveReceived('fragment:data', {}, { times: 3 });
    expect(mine).toHaveCompleted();
    expect(all).not.toHaveCompleted();
    expect(mine).toHaveNoViolations();
    expect(all).not.toHaveNoViolations();
    expect(failureOf(() => expect(mine).toHaveReceived('stream:pause'))).not.toMatch(/b\/sport.* is active/);
  });

  it('of a stream that another connection has taken over are distinguished', async () => {
    const stage = await begin();
    await stage.send(0);
    const first = stage.session;
    stage.worker.close();
    await stage.sts.waitForSession({ streamId: 'a/news', state: 'closed' });
    const worker = await join(stage.sts);
    await worker.init(MINE);
    worker.send('fragment:data', data(0));
    worker.send('stream:end', MINE);
    await stage.sts.clock.advance(40);
    expect(first).not.toHaveCompleted();
    expect(first).toHaveReceived('fragment:data', {}, { times: 1 });
    expect(stage.session).toHaveCompleted();
    for (const handle of [stage.sts, stage.scope]) {
      expect(handle).toHaveCompleted();
      expect(handle).toHaveEchoedInOrder();
      expect(handle).toHaveReceived('fragment:data', {}, { times: 2 });
    }
    expect(failureOf(() => expect(first).toHaveCompleted())).toMatch(/stream "a\/news": its connection closed/);
  });

  it('can still be asked about after `close()`, and after `reset()` a session as it was', async () => {
    const stage = await begin();
    await stage.send(0);
    await stage.end();
    const before = stage.session;
    await stage.sts.reset();
    expect(stage.sts).not.toHaveReceived('stream:init');
    expect(before).toHaveCompleted();
    const worker = await join(stage.sts);
    await worker.init(MINE);
    await stage.sts.close();
    expect(stage.sts).toHaveReceived('stream:init', {}, { times: 1 });
    expect(stage.sts.session('a/news')).not.toHaveCompleted();
  });
});

describe('toBeByteExact', () => {
  it('holds for what came back, however either side is held', async () => {
    const { sts, worker, send } = await opened({ timeline: { audio: true } });
    await send(0);
    const [arrival] = sts.timeline({ event: 'fragment:data' });
    const [sent] = sts.timeline({ event: 'fragment:processed' });
    const heard: Payload = await worker.next('fragment:processed');
    for (const held of [arrival, sent, heard, heard.dubbed_audio, heard.dubbed_audio.data_base64, data(0)]) {
      expect(held).toBeByteExact(Buffer.from('sound 0'));
      expect(held).toBeByteExact(data(0).audio);
      expect(held).not.toBeByteExact(data(1));
    }
  });

  it.each<[string, EchoStsOptions]>([
    ['by size and hash', {}],
    ['by its bytes', { timeline: { audio: true } }],
  ])('tells corrupt audio %s, and which rule has altered it', async (_, options) => {
    const { sts, worker, send } = await opened({ ...options, ...atOne({ fault: 'corrupt' }) });
    await send(0, 1);
    const [sound, altered] = sts.timeline({ event: 'fragment:processed' });
    expect(sound).toBeByteExact(data(0));
    expect(altered).not.toBeByteExact(data(1));
    expect(worker.all('fragment:processed')[1]).not.toBeByteExact(data(1));
    expect(failureOf(() => expect(altered).toBeByteExact(data(1)))).toMatch(
      /^ {2}got {7}#\d+ fragment:processed {2}#1 success 40 ms \(by rule 1 \(\{ sequenceNumber: 1 \} → fault corrupt\)\)$/m,
    );
  });

  it('says of a result that failed why there is no audio in it', async () => {
    const { sts, send } = await opened(atOne({ code: 'GPU_OOM' }));
    await send(0, 1);
    const failed = sts.timeline({ event: 'fragment:processed' })[1];
    expect(failureOf(() => expect(failed).toBeByteExact(data(1)))).toMatch(
      'got a result without audio, `status` "failed" with GPU_OOM.',
    );
  });
});

describe('a test that asks too early, or about something else,', () => {
  it('gets a hint about a stream that nobody has begun, and about a snapshot', async () => {
    const { sts } = await begin();
    expect(failureOf(() => expect(sts.session('a/nobody')).toHaveCompleted())).toMatch(
      /got nothing; `session\(streamId\)` returns undefined until a worker has begun that stream\.$/,
    );
    expect(failureOf(() => expect(sts.sessions[0]).toHaveCompleted())).toMatch(/got a snapshot of `sessions`/);
    expect(failureOf(() => expect(sts.sessions).toHaveCompleted())).toMatch(/got a list/);
    expect(failureOf(() => expect(sts.waitForSession()).toHaveCompleted())).toMatch(/got a promise; `await` it\.$/);
    await expect(sts.waitForSession()).resolves.not.toHaveCompleted();
  });

  it('gets a hint that the clock does not move', () =>
    stageFor(async (stage) => {
      stage.worker.send('fragment:data', data(0));
      await stage.sts.waitFor('fragment:data');
      await expectFailure('clock', () => expect(stage.scope).toHaveEchoedInOrder());
    }));
});

describe('of a real stream', () => {
  it('the text of toHaveReceived names the field that differs', () =>
    stageFor(async (stage) => {
      await stage.send(0, 1, 2);
      const expected = { sequence_number: 2, audio: { hash: 'deadbeef', channels: expect.any(Number) } };
      await expectFailure('received', () => expect(stage.session).toHaveReceived('fragment:data', expected));
    }));

  it('the text of toHaveReceived says as which fragment the audio came that was awaited', () =>
    stageFor(async (stage) => {
      await stage.send(0, 1, 2);
      const textOf = (expected: object) => failureOf(() => expect(stage.sts).toHaveReceived('fragment:data', expected));
      expect(textOf({ sequence_number: 2, audio: audioOf(1) })).toMatch(
        / {2}nearest {3}#8 [\s\S]*\n {2}audio {5}what was awaited came as #6 fragment:data {2}#1 .*\n {2}state/,
      );
      expect(textOf({ audio: audioOf(7) })).toMatch('  audio     what was awaited came in no fragment: unknown\n');
      expect(textOf({ sequence_number: 7 })).not.toMatch('what was awaited came');
    }));

  it('the text of toHaveReceived shows what came malformed', () =>
    stageFor(async (stage) => {
      await stage.send(0);
      stage.worker.send('fragment:data', data(1, { timestamp: 'noon' }));
      stage.worker.send('stream:paus', MINE);
      await stage.sts.clock.advance(0);
      await expectFailure('malformed', () => expect(stage.scope).toHaveReceived('fragment:data', {}, { times: 2 }));
      expect(failureOf(() => expect(stage.session).toHaveReceived('fragment:data', { sequence_number: 1 }))).toMatch(
        / {2}nearest {3}#4 .*\n {2}malformed #8 fragment:data {2}malformed: .* `timestamp` expected an integer/,
      );
      await expectFailure('misspelt', () => expect(stage.sts).toHaveReceived('stream:pause'));
    }));

  it('the text of toHaveEchoedInOrder names the rule that has altered the audio', () =>
    stageFor(async (stage) => {
      stage.scope.addErrorRule({ when: { sequenceNumber: 1 }, fault: 'corrupt' });
      await stage.send(0, 1, 2);
      await expectFailure('corrupt', () => expect(stage.sts).toHaveEchoedInOrder());
    }));

  it('the text of toHaveCompleted says what it waits for', () =>
    stageFor(async (stage) => {
      await stage.send(0, 2);
      await expectFailure('open', () => expect(stage.scope).toHaveCompleted());
    }));

  it('the text of toHaveNoViolations proves what the worker did', () =>
    stageFor(async (stage) => {
      await stage.send(0);
      await stage.send(0);
      await expectFailure('violations', () => expect(stage.session).toHaveNoViolations());
    }));
});

/** A stage whose parts may be taken apart. */
async function opened(options: EchoStsOptions) {
  const stage = await begin(options);
  return { sts: stage.sts, worker: stage.worker, send: (...numbers: number[]) => stage.send(...numbers) };
}

async function stageFor(test: (stage: Stage) => Promise<void>): Promise<void> {
  await test(await begin());
}
