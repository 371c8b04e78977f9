/** Runs one program to its end. Knows when a program does not end by itself; knows nothing of packages. */

import { type ExecFileException, execFile } from 'node:child_process';

interface Limits {
  /** A program that runs longer is killed. */
  readonly timeoutMs: number;
  /** How long it may live on after its last word. */
  readonly lingerMs: number;
}

/** Installing and building depend on the network and on what else the machine does. */
const PATIENT: Limits = { timeoutMs: 120_000, lingerMs: Number.POSITIVE_INFINITY };
/** Once all is said there is nothing left to do: only a leaked timer or socket keeps a program alive then. */
const STRICT: Limits = { timeoutMs: 45_000, lingerMs: 3000 };

/** Resolves with what was printed; rejects, with the same in the message, unless the exit code is 0. */
export function run(program: string, args: readonly string[], folder: string): Promise<string> {
  return start(program, args, folder, PATIENT);
}

/** Like `run`, and rejects as well when the program did not end soon after its last word. */
export function runPromptly(program: string, args: readonly string[], folder: string): Promise<string> {
  return start(program, args, folder, STRICT);
}

function start(
  program: string,
  args: readonly string[],
  cwd: string,
  { timeoutMs, lingerMs }: Limits,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 2 ** 26 } as const;
    let output = '';
    let lastWordAt = Number.POSITIVE_INFINITY;
    const child = execFile(program, args, options, (error) => {
      const lingeredMs = performance.now() - lastWordAt;
      if (error !== null) reject(failure(describe(error, timeoutMs)));
      else if (lingeredMs > lingerMs) reject(failure(`lived on for ${lingeredMs.toFixed()} ms after its last word`));
      else resolve(output);
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: string) => {
        output += text;
        lastWordAt = performance.now();
      });
    }
    const failure = (reason: string) => new Error(`${[program, ...args].join(' ')}: ${reason}\n${output}`);
  });
}

function describe({ code, killed, message }: ExecFileException, timeoutMs: number): string {
  if (killed) return `did not end by itself within ${timeoutMs / 1000} s`;
  return typeof code === 'number' ? `exit code ${code}` : message;
}
