/** A user of TypeScript: what the package declares is used with its types, and what was compiled from this is run. */

import { createEchoSts, type EchoSts, EchoStsError, type EchoStsOptions, type Fragment } from 'echo-sts';
import {
  DEFAULT_SETTINGS,
  type Effect,
  ERROR_CODES,
  type ErrorCode,
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

function useCore(): void {
  const session = new Session({ sessionId: 'session-1', handshake: {}, connectedAt: 0 }, DEFAULT_SETTINGS);
  const effects: Effect[] = session.handle({ kind: 'stream:end', streamId: 'stream-1' }, 1);
  const code: ErrorCode = 'STREAM_NOT_FOUND';
  expect(effects[0]?.kind === 'error' && effects[0].code === code && !ERROR_CODES[code].retryable);
}

function identity(value: unknown): unknown {
  return value;
}

function expect(isTrue: boolean): void {
  if (!isTrue) throw new Error('not as the types promise');
}

useCore();
// Not at the top level: this is compiled to CommonJS as well.
void useFixture().then(useErrors);
