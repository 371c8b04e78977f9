#!/usr/bin/env node
/** The program `echo-sts`: reads its plan, carries it out, and exits with the code of the outcome. */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { EchoStsError } from '../checks/errors.js';
import { helpText } from './help.js';
import { isColoured } from './log.js';
import { planFor } from './plan.js';
import { serve } from './serve.js';
import { UsageError } from './usage-error.js';

const { stdout, stderr, env } = process;

// A reader of the log may end before the server does.
for (const stream of [stdout, stderr]) stream.on('error', () => {});

const code = await run().catch(exitCodeFor);
// Everything written into a pipe has to be flushed before the exit.
stdout.write('', () => process.exit(code));

async function run(): Promise<number> {
  const readFile = (path: string) => readFileSync(path, 'utf8');
  const plan = planFor(process.argv.slice(2), { environment: env, readFile, makeToken: randomUUID });
  if (plan.kind === 'serve') {
    // The output of a command stays its own.
    const stream = plan.command === undefined ? stdout : stderr;
    return serve(plan, { write: (text) => stream.write(text), isColoured: isColoured(stream, env) }, printError);
  }
  stdout.write(plan.kind === 'help' ? helpText() : `${version()}\n`);
  return 0;
}

function exitCodeFor(error: unknown): number {
  if (!(error instanceof UsageError || error instanceof EchoStsError)) throw error;
  printError(error.message);
  return error instanceof UsageError || error.code === 'INVALID_OPTION' ? 2 : 1;
}

function printError(sentence: string): void {
  stderr.write(`echo-sts: ${sentence}\n`);
}

function version(): string {
  return createRequire(import.meta.url)('echo-sts/package.json').version;
}
