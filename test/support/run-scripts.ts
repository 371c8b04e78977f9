/**
 * Runs the scripts it is given one after the other, in one process: to start one for each would take longer than most run.
 * Writes a line of JSON for each, with what it printed and how it ended. Each must leave nothing open and no variable set:
 * then a process of its own would have ended by itself.
 */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';

/** How one script has ended. */
export interface ScriptRun {
  readonly file: string;
  readonly printed: string;
  /** What it has thrown, as Node would print it. */
  readonly error?: string;
  /** What would keep its process alive. */
  readonly leftOpen: readonly string[];
}

/** What is still being closed when a script ends has this long. */
const PATIENCE_S = 5;
const write = process.stdout.write.bind(process.stdout);

for (const file of process.argv.slice(2)) {
  const environment = { ...process.env };
  const result = await runScript(file);
  write(`${JSON.stringify(result)}\n`);
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
}
// What one has left open is told by now, and is not to be waited for.
write('', () => process.exit(0));

async function runScript(file: string): Promise<ScriptRun> {
  const before = resources();
  let printed = '';
  process.stdout.write = (text: string | Uint8Array) => {
    printed += text;
    return true;
  };
  try {
    await import(pathToFileURL(resolve(file)).href);
    const leftOpen = await leftBehind(before);
    return { file, printed, leftOpen };
  } catch (error) {
    return { file, printed, error: inspect(error), leftOpen: [] };
  } finally {
    process.stdout.write = write;
  }
}

/** What is open now and was not before: what one script has left is not laid to the next. */
async function leftBehind(before: readonly string[]): Promise<string[]> {
  const endsAt = process.uptime() + PATIENCE_S;
  for (let turn = 0; ; turn += 1) {
    await new Promise(setImmediate);
    const left = resources();
    for (const name of before) if (left.includes(name)) left.splice(left.indexOf(name), 1);
    if ((left.length === 0 && turn >= 2) || process.uptime() > endsAt) return left;
  }
}

/** What keeps the process alive, but for the pipes to whoever has started it. */
function resources(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /^(TCP|Timeout)/.test(name));
}
