/**
 * The steps of the container example, without a container engine: what the Dockerfiles install, run, check and stop, and what
 * the compose file starts, in folders in place of containers.
 */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import getPort from 'get-port';
import { parse } from 'yaml';
import { environmentOf, healthCheckOf, instructionsOf, programOf, textsOf } from '../support/dockerfile.js';
import { run } from './command.js';

/** Where the files of a container are, in it. */
const WORKDIR = '/app';

interface Container {
  readonly folder: string;
  readonly program: readonly string[];
  readonly healthCheck: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** Builds both images, starts the server, runs the worker once the server is healthy, and stops the server. */
export async function checkContainer(tarball: string, example: string, folder: string): Promise<void> {
  const { services } = parse(await readFile(join(example, 'compose.yaml'), 'utf8'));
  const server = await build(join(example, services.sts.build), join(folder, 'container-sts'), tarball);
  const worker = await build(join(example, services.worker.build), join(folder, 'container-worker'), tarball);
  const port = await getPort({ host: '127.0.0.1' });
  const environment = { ...server.environment, ECHO_PORT: `${port}` };
  const [program = '', ...args] = [...server.program, ...services.sts.command];
  const child = spawn(program, args, { cwd: server.folder, env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await untilItSpeaks(child);
    await runIn({ ...server, environment }, server.healthCheck, {});
    const url = String(services.worker.environment.STS_URL).replace('//sts:8000', `//127.0.0.1:${port}`);
    assert.match(
      await runIn(worker, worker.program, { STS_URL: url }),
      /^3 of 3 fragments came back as they were sent$/m,
    );
    assert.deepEqual(await stop(child), { code: 0, isPrompt: true }, 'SIGTERM stops the server within a second');
  } finally {
    child.kill('SIGKILL');
  }
}

/** Carries out what a Dockerfile says; the package itself comes from the tarball. */
async function build(source: string, folder: string, tarball: string): Promise<Container> {
  const instructions = instructionsOf(await readFile(join(source, 'Dockerfile'), 'utf8'));
  await mkdir(folder, { recursive: true });
  for (const name of textsOf(instructions, 'COPY').flatMap((text) => text.split(' ').slice(0, -1))) {
    await cp(join(source, name), join(folder, name));
  }
  await takePackageFrom(tarball, join(folder, 'package.json'));
  for (const command of textsOf(instructions, 'RUN')) await run('sh', ['-c', command], folder);
  const place = (word: string) => word.replace(`${WORKDIR}/`, `${folder}/`);
  return {
    folder,
    program: programOf(instructions).map(place),
    healthCheck: healthCheckOf(instructions) ?? [],
    environment: { PATH: process.env['PATH'], ...environmentOf(instructions) },
  };
}

async function takePackageFrom(tarball: string, manifest: string): Promise<void> {
  const { dependencies, ...rest } = JSON.parse(await readFile(manifest, 'utf8'));
  const ours = 'echo-sts' in dependencies ? { 'echo-sts': `file:${tarball}` } : {};
  await writeFile(manifest, JSON.stringify({ ...rest, dependencies: { ...dependencies, ...ours } }));
}

/** The first that it says is where it listens. */
async function untilItSpeaks(child: ChildProcess): Promise<void> {
  assert.ok(child.stdout);
  const ended = once(child, 'exit').then(([code]) => assert.fail(`The server ended with the code ${code}.`));
  await Promise.race([once(child.stdout, 'data'), ended]);
  // It ends later, as it is to.
  ended.catch(() => {});
}

/** Resolves with what was printed; rejects unless the code is 0. */
async function runIn({ folder, environment }: Container, words: readonly string[], more: object): Promise<string> {
  const [program = '', ...args] = words;
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...environment, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      printed += text;
    });
  }
  const [code] = await once(child, 'close');
  assert.equal(code, 0, printed);
  return printed;
}

async function stop(child: ChildProcess): Promise<{ code: number | null; isPrompt: boolean }> {
  const startedAt = performance.now();
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = await gone;
  return { code, isPrompt: performance.now() - startedAt < 1000 };
}
