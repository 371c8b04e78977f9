#!/usr/bin/env node
/** The program `echo-sts`: reads what it is to do, does it, and ends with the code that says how it went. */

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

// Whoever reads the log may go before the server does.
for (const stream of [stdout, stderr]) stream.on('error', () => {});

const code = await run().catch(exitCodeFor);
// What is written into a pipe has to be out before the end.
stdout.write('', () => process.exit(code));

async function run(): Promise<number> {
  const readFile = (path: string) => readFileSync(path, 'utf8');
  const plan = planFor(process.argv.slice(2), { environment: env, readFile, makeToken: randomUUID });
  if (plan.kind === 'serve') {
    // The output of a command stays its own.
    const stream = plan.command === undefined ? stdout : stderr;
    return serve(plan, { write: (text) => stream.write(text), isColoured: isColoured(stream, env) }, complain);
  }
  stdout.write(plan.kind === 'help' ? helpText() : `${version()}\n`);
  return 0;
}

function exitCodeFor(error: unknown): number {
  if (!(error instanceof UsageError || error instanceof EchoStsError)) throw error;
  complain(error.message);
  return error instanceof UsageError || error.code === 'INVALID_OPTION' ? 2 : 1;
}

function complain(sentence: string): void {
  stderr.write(`echo-sts: ${sentence}\n`);
}

function version(): string {
  return createRequire(import.meta.url)('echo-sts/package.json').version;
}
