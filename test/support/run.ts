/** Runs a file of ours in a process of its own, the way a user would, and answers what it printed. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What hangs is ended: a worker that goes on trying to reconnect keeps its process alive. */
const PATIENCE_MS = 50_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Node on a script. */
export const runNode = (file: string): Promise<string> => run(file);

/** TypeScript, by way of tsx. */
export const runTypeScript = (file: string): Promise<string> => run('--import', 'tsx', file);

/** The compiler on a folder with a `tsconfig.json`: what it objects to. */
export const runTsc = (folder: string): Promise<string> =>
  run('node_modules/typescript/bin/tsc', '-p', folder).catch((error: Error) => error.message);

const NESTED = 'test/nested.vitest.config.ts';

/** Test files of a user's. */
export const runVitest = (...files: readonly string[]): Promise<string> => runVitestWith(NESTED, ...files);

/** The same, with a configuration of their own. */
export const runVitestWith = (config: string, ...files: readonly string[]): Promise<string> =>
  run('node_modules/vitest/vitest.mjs', 'run', '--config', config, '--reporter=tree', ...files);

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
