#!/usr/bin/env node
/** The program `echo-sts`: reads its plan, carries it out, and exits with the code of the outcome. */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { EchoStsError } from '../checks/errors.js';
import { bundledVersions } from './bundled.js';
import { exploreHelpText, helpText } from './help.js';
import { lineWriter } from './line-writer.js';
import { droppedLine, isColoured } from './log.js';
import { planFor } from './plan.js';
import { serve } from './serve.js';
import { UsageError } from './usage-error.js';

const { stdout, stderr, env } = process;

/** What is printed without a server. */
const TEXTS = { help: helpText, exploreHelp: exploreHelpText, version, versions };

const output = lineWriter(stdout);
const errors = lineWriter(stderr);

void main();

async function main(): Promise<never> {
  const code = await run().catch(exitCodeFor);
  // Readers of a pipe get time to read before the exit, but not without end.
  await Promise.all([output.end(), errors.end()]);
  process.exit(code);
}

async function run(): Promise<number> {
  const readFile = (path: string) => readFileSync(path, 'utf8');
  const plan = planFor(process.argv.slice(2), { environment: env, readFile, makeToken: randomUUID });
  if (plan.kind === 'serve') {
    // The output of a command stays its own.
    const [writer, stream] = plan.command === undefined ? [output, stdout] : [errors, stderr];
    const write = (line: string) => writer.write(line, (count) => droppedLine(count, plan));
    return serve(plan, { write, isColoured: isColoured(stream, env) }, printError);
  }
  if (plan.kind === 'explore') {
    // What draws plans is not needed without it.
    const { explore } = await import('./explore.js');
    const streams = { write: output.write, writeError: errors.write, isTerminal: stderr.isTTY === true };
    return explore(plan, streams, printError);
  }
  output.write(TEXTS[plan.kind]());
  return 0;
}

function exitCodeFor(error: unknown): number {
  if (!(error instanceof UsageError || error instanceof EchoStsError)) throw error;
  printError(error.message);
  return error instanceof UsageError || error.code === 'INVALID_OPTION' ? 2 : 1;
}

function printError(sentence: string): void {
  errors.write(`echo-sts: ${sentence}\n`);
}

function version(): string {
  return `${createRequire(import.meta.url)('echo-sts/package.json').version}\n`;
}

function versions(): string {
  const manifest = createRequire(import.meta.url).resolve('echo-sts/package.json');
  const licences = readFileSync(join(manifest, '..', 'THIRD-PARTY-LICENSES'), 'utf8');
  return [version(), ...bundledVersions(licences).map((each) => `${each}\n`)].join('');
}
