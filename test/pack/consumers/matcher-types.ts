/** The types of the matchers behind the `expect` of a runner: compiled, never run. */

import type { AnyEchoSts, RemoteEchoSts } from 'echo-sts';
import { matchers } from 'echo-sts/matchers';
import { expect, test } from 'vitest';

expect.extend(matchers);
declare const sts: object;
declare const remote: RemoteEchoSts;
declare const either: AnyEchoSts;
declare const result: { dubbed_audio?: { bytes: number; hash: string } } | undefined;

test('the matchers are typed', async () => {
  expect(sts).toHaveReceived('fragment:data', { audio: { bytes: expect.any(Number) } }, { times: 1 });
  expect(sts).not.toHaveReceived('stream:init', { config: expect.objectContaining({}) });
  expect(sts).toHaveReceived('unknown', { payload: 3 });
  expect(sts).toHaveEchoedInOrder();
  expect(sts).toHaveEchoedInOrder({ except: [3] });
  await (expect(remote).not.toHaveEchoedInOrder({ except: [] }) satisfies Promise<void>);
  expect(['QUJD']).toBeByteExact([new Uint8Array(3), result]);
  expect(sts).toHaveNoViolations({ allow: ['left-unanswered'] });
  expect(result).toBeByteExact(result);
  expect('QUJD').toBeByteExact(new Uint8Array(3));
  await expect(Promise.resolve(sts)).resolves.toHaveCompleted();

  const judged: Promise<void> = expect(remote).not.toHaveReceived('stream:end');
  await judged;
  await expect(either).toHaveCompleted();
  // @ts-expect-error: it is judged at once
  await (expect(sts).toHaveCompleted() satisfies Promise<void>);

  // @ts-expect-error: sequence numbers are numbers
  expect(sts).toHaveEchoedInOrder({ except: ['3'] });
  // @ts-expect-error: the event has no such field
  expect(sts).toHaveReceived('fragment:data', { sequence_numbr: 3 });
  // @ts-expect-error: the field is a number
  expect(sts).toHaveReceived('fragment:data', { sequence_number: '3' });
  // @ts-expect-error: the service sends that
  expect(sts).toHaveReceived('stream:ready');
  // @ts-expect-error: there is no such kind of violation
  expect(sts).toHaveNoViolations({ allow: ['late'] });
  // @ts-expect-error: this is no audio
  expect(sts).toBeByteExact(3);
});
