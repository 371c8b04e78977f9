/** What the program plans, without a process: arguments, environment and files in; a plan or its complaint out. */

import { type Plan, planFor, type ServePlan } from '../../src/cli/plan.js';
import { UsageError } from '../../src/cli/usage-error.js';

export interface Surroundings {
  readonly environment?: Readonly<Record<string, string>>;
  /** Path → text. */
  readonly files?: Readonly<Record<string, string>>;
}

export const TOKEN = 'a-random-token';

export function plan(args: readonly string[], { environment = {}, files = {} }: Surroundings = {}): Plan {
  const readFile = (path: string) => {
    const text = files[path];
    if (text === undefined) throw new Error('ENOENT: no such file or directory');
    return text;
  };
  return planFor(args, { environment, readFile, makeToken: () => TOKEN });
}

/** A plan to serve. */
export function serving(args: readonly string[], surroundings?: Surroundings): ServePlan {
  const planned = plan(args, surroundings);
  if (planned.kind !== 'serve') throw new Error(`expected a plan to serve, got ${planned.kind}`);
  return planned;
}

/** What the program says of wrong arguments. */
export function complaint(args: readonly string[], surroundings?: Surroundings): string {
  try {
    return `no complaint, but ${JSON.stringify(plan(args, surroundings))}`;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}
