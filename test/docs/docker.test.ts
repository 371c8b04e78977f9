/** The container files of the example, read. `test:pack` runs their steps. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { environmentOf, healthCheckOf, instructionsOf, programOf, textsOf } from '../support/dockerfile.js';
import { serving } from '../support/plan.js';

const FOLDER = fileURLToPath(new URL('../../examples/docker', import.meta.url));
const read = (name: string) => readFileSync(`${FOLDER}/${name}`, 'utf8');
const { services } = parse(read('compose.yaml'));

describe.each(['.', 'worker'])('the Dockerfile in %s', (folder) => {
  const instructions = instructionsOf(read(`${folder}/Dockerfile`));
  const names = instructions.map(({ name }) => name);

  it('begins with a slim image of Node, and copies only what is there', () => {
    expect(textsOf(instructions, 'FROM')).toEqual([expect.stringMatching(/^node:\d+-slim$/)]);
    const copied = textsOf(instructions, 'COPY').flatMap((text) => text.split(' ').slice(0, -1));
    expect(copied.filter((name) => !existsSync(`${FOLDER}/${folder}/${name}`))).toEqual([]);
    expect(copied).toContain('package.json');
  });

  it('installs nothing for development, and then is no longer root', () => {
    expect(textsOf(instructions, 'RUN')).toEqual([expect.stringMatching(/^npm (ci|install) --omit=dev\b/)]);
    expect(textsOf(instructions, 'USER')).toEqual(['node']);
    expect(names.indexOf('USER')).toBeGreaterThan(names.lastIndexOf('RUN'));
  });

  it('runs its program without a shell or npm in between, which would keep signals to themselves', () => {
    const [program] = programOf(instructions);
    expect(program).toMatch(/^(node|\/app\/node_modules\/\.bin\/echo-sts)$/);
  });
});

describe('the container of the server', () => {
  const instructions = instructionsOf(read('Dockerfile'));

  it('listens where other containers reach it, and checks its health there', () => {
    const environment = environmentOf(instructions);
    const { options } = serving([], { environment });
    expect(options).toEqual({ host: '0.0.0.0', port: Number(textsOf(instructions, 'EXPOSE')[0]) });
    expect(healthCheckOf(instructions)?.join(' ')).toMatch(/^node --eval fetch\(.*ECHO_PORT}\/health`\)/);
  });
});

describe('the compose file', () => {
  it('has the server beside a worker, which waits until the server is healthy', () => {
    expect(Object.keys(services)).toEqual(['sts', 'worker']);
    expect(services.worker.depends_on).toEqual({ sts: { condition: 'service_healthy' } });
    expect(services.worker.environment.STS_URL).toBe('http://sts:8000');
    expect(services.sts.ports).toEqual(['8000:8000']);
  });

  it('builds what is there, with flags that the program knows', () => {
    for (const { build } of Object.values<{ build: string }>(services)) {
      expect(existsSync(`${FOLDER}/${build}/Dockerfile`)).toBe(true);
    }
    expect(serving(services.sts.command).options).toMatchObject({ delayMs: { min: 20, max: 60 }, backpressure: true });
  });
});
