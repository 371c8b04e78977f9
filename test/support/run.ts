/** Runs a file of ours in a process of its own, the way a user would, and answers what it printed. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ScriptRun } from './run-scripts.js';

/** What hangs is ended: a worker that goes on trying to reconnect keeps its process alive. */
const PATIENCE_MS = 240_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Node on a script. */
export const runNode = (file: string): Promise<string> => run(file);

/** TypeScript, by way of tsx. */
export const runTypeScript = (file: string): Promise<string> => run('--import', 'tsx', file);

const NESTED = 'test/nested.vitest.config.ts';

/** Test files of a user's. */
export const runVitest = (...files: readonly string[]): Promise<string> => runVitestWith(NESTED, ...files);

/** The same, with a configuration of their own. */
export const runVitestWith = (config: string, ...files: readonly string[]): Promise<string> =>
  run('node_modules/vitest/vitest.mjs', 'run', '--config', config, '--reporter=tree', ...files);

/** What became of one test file among several. */
export interface FileRun {
  readonly hasPassed: boolean;
  /** What was printed of it: its tests, and then how each has failed. */
  readonly printed: string;
}

/**
 * Test files of which some are meant to fail, in one run: what became of each. The library is loaded once for all of them,
 * which takes longer than most files do; what one file leaves behind, the next one meets.
 */
export async function runVitestOnAll(files: readonly string[], config = NESTED): Promise<Map<string, FileRun>> {
  const printed = await runVitestWith(config, '--no-isolate', ...files).catch((error: Error) => error.message);
  return new Map(files.map((file) => [file, fileRun(printed, file)]));
}

/** Scripts, in one process: what became of each. */
export async function runScripts(files: readonly string[]): Promise<Map<string, ScriptRun>> {
  const printed = await run('--import', 'tsx', 'test/support/run-scripts.ts', ...files).catch(
    (error: Error) => error.message,
  );
  const runs = printed.split('\n').filter((text) => text.startsWith('{"file":'));
  const results = new Map(runs.map((text) => JSON.parse(text) as ScriptRun).map((result) => [result.file, result]));
  // The one that has ended the process, and those behind it.
  const missing = files.filter((file) => !results.has(file));
  for (const file of missing)
    results.set(file, { file, printed: '', error: `It has not run: ${printed}`, leftOpen: [] });
  return results;
}

/** A test file that is meant to fail: what it prints. */
export async function runVitestInVain(file: string, config = NESTED): Promise<string> {
  const printed = await runVitestWith(config, file).catch((error: Error) => error.message);
  if (!/\d+ failed/.test(printed)) throw new Error(`${file} was meant to fail, and printed\n${printed}`);
  return printed;
}

/** A test file of a user's of node:test that is meant to fail: what it prints. */
export async function runNodeTestInVain(file: string): Promise<string> {
  const printed = await run('--import', 'tsx', '--test', '--test-reporter=tap', file).catch(
    (error: Error) => error.message,
  );
  if (!/^# fail [1-9]/m.test(printed)) throw new Error(`${file} was meant to fail, and printed\n${printed}`);
  return printed;
}

/** The part of the tree that is of this file, and its failures, each of which begins with the name of its file. */
function fileRun(printed: string, file: string): FileRun {
  const name = file.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const [tree = ''] = new RegExp(`^ [✓❯] ${name} [^\\n]*\\n(?: {3}[^\\n]*\\n)*`, 'm').exec(printed) ?? [];
  const failures = printed.split(/^(?= FAIL {2})/m).filter((text) => new RegExp(`^ FAIL {2}${name} `).test(text));
  const text = [tree, ...failures].join('\n');
  return { hasPassed: tree.startsWith(' ✓'), printed: text === '\n' ? printed : text };
}

/** Rejects with everything that was printed when the process does not exit with 0. */
function run(...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      args,
      { cwd: ROOT, env: environment(), timeout: PATIENCE_MS },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${args.join(' ')} ended with ${error.code ?? error.signal}\n${stdout}\n${stderr}`));
      },
    );
  });
}

/** Without what the surrounding vitest has put there. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_V8_COVERAGE|FORCE_COLOR)/.test(name),
  );
  return { ...Object.fromEntries(inherited), NO_COLOR: '1' };
}
