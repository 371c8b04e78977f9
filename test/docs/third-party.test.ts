/** `THIRD-PARTY-LICENSES` has every package whose code is in `dist`, and nothing that is not there. */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Bundled, bundledPackages, licencesOf } from '../../docs/third-party.js';
import { bundledVersions } from '../../src/cli/bundled.js';
import { ROOT } from '../support/page.js';

const DIST = join(ROOT, 'dist');
/** Where esbuild has put a module of CommonJS into a file, it writes its path there. */
const MODULE = /["'(]node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//g;
/** Bundled as ES modules, of which no path is left. */
const WITHOUT_PATH = ['get-port', 'valibot'];

describe('the licences of what is in the package', () => {
  const licences = readFileSync(join(ROOT, 'THIRD-PARTY-LICENSES'), 'utf8');
  const named = bundledVersions(licences);

  it('are those of every package with a module in `dist`, in its version', () => {
    const files = readdirSync(DIST).filter((file) => file.endsWith('.cjs'));
    // The end of a line may be within a path.
    const texts = files.map((file) => readFileSync(join(DIST, file), 'utf8').replaceAll('\\\n', ''));
    const names = new Set(texts.flatMap((text) => [...text.matchAll(MODULE)].map(([, name = '']) => name)));
    expect([...names]).toEqual(
      expect.arrayContaining(['socket.io', 'ws', 'debug', 'ms', 'prom-client', 'cross-spawn']),
    );
    expect(named).toEqual([...names, ...WITHOUT_PATH].map((name) => `${name} ${versionOf(name)}`).sort());
  });

  it('are the whole text of each', () => {
    for (const name of ['ws', 'socket.io', 'prom-client', 'ms']) {
      const [file = ''] = readdirSync(join(ROOT, 'node_modules', name)).filter((each) => /^licen[cs]e/i.test(each));
      expect(licences).toContain(readFileSync(join(ROOT, 'node_modules', name, file), 'utf8').trim());
    }
  });

  it('are in the package that is published', () => {
    const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(files).toContain('THIRD-PARTY-LICENSES');
  });
});

describe('the packages of a build', () => {
  it('are those with code in one of its files, each once, by the folder nearest to the file', () => {
    const build: Bundled = {
      outputs: {
        'dist/a.cjs': {
          inputs: {
            'src/index.ts': { bytesInOutput: 9 },
            'node_modules/a/lib/one.js': { bytesInOutput: 1 },
            'node_modules/a/lib/two.js': { bytesInOutput: 2 },
            'node_modules/unused/index.js': { bytesInOutput: 0 },
          },
        },
        'dist/b.cjs': {
          inputs: {
            'node_modules/a/index.js': { bytesInOutput: 1 },
            'node_modules/@scope/b/index.js': { bytesInOutput: 1 },
            'node_modules/a/node_modules/c/index.js': { bytesInOutput: 1 },
            'C:\\project\\node_modules\\d\\index.js': { bytesInOutput: 1 },
            'replaced:node_modules': { bytesInOutput: 1 },
          },
        },
      },
    };
    expect(bundledPackages(build)).toEqual([
      'node_modules/a',
      'node_modules/@scope/b',
      'node_modules/a/node_modules/c',
      'C:/project/node_modules/d',
    ]);
  });
});

describe('the licence of a package', () => {
  it.each(['LICENSE', 'license.md', 'Licence.txt', 'COPYING'])('is what is in its file %s', (file) => {
    const text = withPackage({ [file]: 'Do what you like.\n' }, (folder) => licencesOf([folder]));
    expect(text).toContain('=== some-package 1.2.3, MIT ===\n\nDo what you like.\n');
    expect(bundledVersions(text)).toEqual(['some-package 1.2.3']);
  });

  it('is required', () => {
    const message = 'some-package 1.2.3 has no licence file: it cannot be in the package.';
    withPackage({ 'README.md': 'MIT' }, (folder) => expect(() => licencesOf([folder])).toThrow(message));
  });
});

function versionOf(name: string): string {
  return JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
}

function withPackage<Result>(files: Readonly<Record<string, string>>, use: (folder: string) => Result): Result {
  const folder = join(mkdtempSync(join(tmpdir(), 'echo-sts-licences-')), 'node_modules', 'some-package');
  mkdirSync(folder, { recursive: true });
  const manifest = { name: 'some-package', version: '1.2.3', license: 'MIT' };
  try {
    for (const [name, text] of Object.entries({ ...files, 'package.json': JSON.stringify(manifest) })) {
      writeFileSync(join(folder, name), text);
    }
    return use(folder);
  } finally {
    rmSync(join(folder, '..', '..'), { recursive: true });
  }
}
