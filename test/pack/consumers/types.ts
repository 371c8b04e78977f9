/** A user of TypeScript: what the package declares is used with its types, and what was compiled from this is run. */

import {
  type ActiveExpectation,
  createEchoSts,
  type EchoSts,
  EchoStsError,
  type EchoStsOptions,
  type Fragment,
  type ManualClock,
  manualClock,
  type Scope,
  type TimelineEntry,
  type Violation,
} from 'echo-sts';
import {
  DEFAULT_SETTINGS,
  type Effect,
  ERROR_CODES,
  type ErrorCode,
  isMessage,
  Session,
  type SessionSnapshot,
} from 'echo-sts/core';

const options: EchoStsOptions = {
  delayMs: 5,
  port: [40_001, 40_002],
  transports: ['websocket'],
  transcript: ({ sequenceNumber }: Fragment) => `number ${sequenceNumber}`,
};

async function useFixture(): Promise<EchoSts> {
  await using sts = await createEchoSts(options);
  const url: string = sts.url;
  const sessions: readonly SessionSnapshot[] = sts.sessions;
  expect(url.endsWith(`:${sts.port}`) && sessions.length === 0 && sts.session('stream-1') === undefined);
  sts.setDelay(10);
  await sts.reset();
  return sts;
}

async function useErrors(closed: EchoSts): Promise<void> {
  const failure: unknown = await closed.waitForSession({ streamId: 'stream-1', state: 'completed' }).catch(identity);
  // That `await using` has closed the fixture shows here.
  expect(failure instanceof EchoStsError && failure.code === 'CLOSED');
  // @ts-expect-error: proves that the options are typed at all, and have not decayed to something that takes everything
  const refused: unknown = await createEchoSts({ delayMs: '5' }).catch(identity);
  expect(refused instanceof EchoStsError && refused.code === 'INVALID_OPTION');
}

/** No worker connects: what is awaited does not come, and what is said never to come does not either. */
async function useVerification(): Promise<void> {
  const clock: ManualClock = manualClock();
  await using sts = await createEchoSts({ clock, conduct: 'strict' });
  await using scope: Scope = sts.scope({ streamId: 'test-1/' });
  using pause: ActiveExpectation = scope.expectEvent({ event: 'stream:pause', where: { reason: 'lunch' }, times: 0 });
  await sts.clock.advance(100);
  expect(pause.isMet && clock.now() === 100);
  const wait = scope.waitFor('fragment:processed', { where: { error: { code: 'GPU_OOM' } }, timeoutMs: 1 });
  const late: Promise<string | undefined> = wait.then(({ payload }) => payload.error?.message);
  const failure: unknown = await late.catch(identity);
  expect(failure instanceof EchoStsError && failure.code === 'WAIT_TIMEOUT' && /no session/.test(failure.message));
  const [entry]: readonly TimelineEntry<'fragment:data'>[] = sts.timeline({ event: 'fragment:data' });
  const [violation]: readonly Violation[] = scope.violations();
  expect(entry?.payload.audio.bytes === undefined && violation?.kind === undefined);
  // @ts-expect-error: there is no such event
  const misspelt: unknown = await sts.waitFor('fragment:dta').catch(identity);
  // @ts-expect-error: a `fragment:data` has no such field
  sts.expectEvent({ event: 'fragment:data', where: { sequence_numbr: 3 }, times: 0 });
  expect(misspelt instanceof EchoStsError && misspelt.code === 'INVALID_OPTION');
  await sts.verify();
}

function useCore(): void {
  const session = new Session({ sessionId: 'session-1', handshake: {}, connectedAt: 0 }, DEFAULT_SETTINGS);
  const effects: Effect[] = session.handle({ kind: 'stream:end', streamId: 'stream-1' }, 1);
  const [message] = effects.filter(isMessage);
  const code: ErrorCode = 'STREAM_NOT_FOUND';
  expect(message?.kind === 'error' && message.code === code && !ERROR_CODES[code].retryable);
}

function identity(value: unknown): unknown {
  return value;
}

function expect(isTrue: boolean): void {
  if (!isTrue) throw new Error('not as the types promise');
}

useCore();
// Not at the top level: this is compiled to CommonJS as well.
void useFixture().then(useErrors).then(useVerification);
