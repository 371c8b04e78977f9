/** Every example runs, prints what its first comment says, and stays short. `test:pack` runs the jest one. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runNode, runTypeScript, runVitest, runVitestInVain } from '../support/run.js';

const FOLDER = fileURLToPath(new URL('../../examples', import.meta.url));
const read = (name: string) => readFileSync(`${FOLDER}/${name}`, 'utf8');

describe('an example', () => {
  it('is at most 60 lines long and opens with what it prints', () => {
    const names = readdirSync(FOLDER).filter((name) => /\.(ts|mjs|cjs)$/.test(name));
    expect(names).toEqual(['echo.ts', 'failing.test.ts', 'jest.test.cjs', 'script.mjs', 'vitest.test.ts']);
    expect(names.filter((name) => read(name).trimEnd().split('\n').length > 60)).toEqual([]);
    expect(names.filter((name) => expectedLines(name).length < 2)).toEqual([]);
  });

  it('echo.ts, the demo, says that every echo came back byte for byte', async () => {
    const printed = await runTypeScript('examples/echo.ts');
    expectShown(printed, 'echo.ts');
    expect(printed.match(/fragment:processed {2}#\d {2}\d+ bytes, back after \d+ ms, byte for byte/g)).toHaveLength(5);
  });

  it('script.mjs runs in plain node', async () => {
    expectShown(await runNode('examples/script.mjs'), 'script.mjs');
  });

  it('failing.test.ts fails, and says why', async () => {
    expectShown(await runVitestInVain('examples/failing.test.ts'), 'failing.test.ts');
  });

  it('vitest.test.ts passes', async () => {
    expectShown(await runVitest('examples/vitest.test.ts'), 'vitest.test.ts');
  });
});

/** The indented lines of the first comment. */
function expectedLines(name: string): string[] {
  const [comment = ''] = read(name).match(/^\/\*\*[\s\S]*?\*\//) ?? [];
  return [...comment.matchAll(/^ \* {3,}(.+)$/gm)].map(([, line = '']) => line.trim()).filter((line) => line !== '…');
}

/** Each expected line stands in what was printed; numbers of milliseconds may differ. */
function expectShown(printed: string, name: string): void {
  const loose = (text: string) => text.replace(/\d+ ms/g, 'N ms').replace(/\s+/g, ' ');
  const lines = loose(printed.replace(/\n/g, ' ⏎ '));
  expect(expectedLines(name).filter((line) => !lines.includes(loose(line)))).toEqual([]);
}
