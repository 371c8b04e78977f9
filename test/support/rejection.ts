/** What a promise rejects with, or a function throws. */

import { EchoStsError } from 'echo-sts';
import { expect } from 'vitest';

/** The error of ours; fails when there is none. */
export async function rejection(promise: Promise<unknown>): Promise<EchoStsError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EchoStsError);
  return error as EchoStsError;
}

/** A text about a failure without the breaks of its long lines. */
export function unwrapped(message: string): string {
  return message.replaceAll(/\n {12}/g, ' ');
}

/** The error of ours that the function throws; fails when there is none. */
export function thrown(attempt: () => unknown): Promise<EchoStsError> {
  return rejection(new Promise((resolve) => resolve(attempt())));
}
