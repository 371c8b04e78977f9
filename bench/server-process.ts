/** A server in a child process: starts it, asks it, ends it. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What is measured, and what it is measured against. */
export type Side = 'echo' | 'bare';

/** The servers there are: the files in `servers/`. */
export type ServerKind = Side | 'forgetful' | 'controlled' | 'source' | 'source-without-lane';

/** How a server's modules are loaded; CommonJS there is of echo-sts and of bare Socket.IO. */
export type ModuleKind = 'mjs' | 'cjs';

export interface Usage {
  /** User and system time since the process began. */
  readonly cpuMicroseconds: number;
  readonly rss: number;
  readonly heapUsed: number;
}

interface Ready {
  readonly url: string;
  readonly listeningAfterMs: number;
}

const CHILD = fileURLToPath(new URL('./servers/child.mjs', import.meta.url));

export class ServerProcess {
  readonly url: string;
  /** From before the import of the library until it listened. */
  readonly listeningAfterMs: number;
  readonly #child: ChildProcess;

  /** Resolves once it listens. */
  static async start(
    kind: ServerKind,
    nodeOptions: readonly string[] = [],
    modules: ModuleKind = 'mjs',
  ): Promise<ServerProcess> {
    // Without `execArgv` the child would inherit the TypeScript loader of this process.
    const child = fork(CHILD, [`${kind}.${modules}`], { execArgv: [...nodeOptions] });
    return new ServerProcess(child, await answerOf<Ready>(child));
  }

  private constructor(child: ChildProcess, { url, listeningAfterMs }: Ready) {
    this.#child = child;
    this.url = url;
    this.listeningAfterMs = listeningAfterMs;
  }

  /** With `--expose-gc`, after a full garbage collection. */
  usage(): Promise<Usage> {
    return this.#ask('usage');
  }

  /** From now on garbage collections are counted. */
  async watchCollections(): Promise<void> {
    await this.#ask('watchCollections');
  }

  /** Collections of everything, since they are counted. */
  collections(): Promise<{ readonly markCompacts: number }> {
    return this.#ask('collections');
  }

  /** Starts a second server in the process. */
  async startSecond(): Promise<string> {
    const { url } = await this.#ask<{ url: string }>('start');
    return url;
  }

  /** How long that takes the process, in milliseconds. */
  async closeSecond(): Promise<number> {
    const { durationMs } = await this.#ask<{ durationMs: number }>('close');
    return durationMs;
  }

  /** How long it takes the process to start and close another server. */
  async startAndClose(): Promise<number> {
    const { durationMs } = await this.#ask<{ durationMs: number }>('startAndClose');
    return durationMs;
  }

  /** Resolves once the process is gone. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    await gone;
  }

  #ask<Answer>(question: string): Promise<Answer> {
    const answer = answerOf<Answer>(this.#child);
    this.#child.send(question);
    return answer;
  }
}

/** Starts the servers one by one, hands them over, and stops them whatever happens. */
export async function withServers<Result>(
  use: (servers: Readonly<Record<Side, ServerProcess>>) => Promise<Result>,
  kinds: Readonly<Record<Side, ServerKind>> = { echo: 'echo', bare: 'bare' },
  nodeOptions: readonly string[] = [],
): Promise<Result> {
  return withServer(kinds.bare, nodeOptions, (bare) =>
    withServer(kinds.echo, nodeOptions, (echo) => use({ echo, bare })),
  );
}

/** The same for a single one. */
export async function withServer<Result>(
  kind: ServerKind,
  nodeOptions: readonly string[],
  use: (server: ServerProcess) => Promise<Result>,
): Promise<Result> {
  const server = await ServerProcess.start(kind, nodeOptions);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

/** The next message of the child. It is asked one thing at a time, so that is the answer. */
function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (code: number | null) => reject(new Error(`A server process ended early, with exit code ${code}.`));
    child.once('exit', fail);
    child.once('message', (answer) => {
      child.off('exit', fail);
      resolve(answer as Answer);
    });
  });
}
