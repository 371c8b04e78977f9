/** For `npm run test:count`: says how many tests have started a server, in each folder and in all. */

import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { ROOT } from './page.js';

interface Count {
  readonly all: number;
  readonly withoutServer: number;
}

export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, Count>();
    for (const module of modules) {
      const folder = relative(ROOT, module.moduleId).split('/')[1] ?? '';
      for (const test of module.children.allTests()) {
        for (const name of [folder, 'all']) counts.set(name, added(counts.get(name), test));
      }
    }
    const names = [...counts.keys()].filter((name) => name !== 'all').toSorted();
    for (const name of [...names, 'all']) process.stdout.write(row(name, counts.get(name)));
  }
}

function added({ all, withoutServer }: Count = { all: 0, withoutServer: 0 }, test: TestCase): Count {
  return { all: all + 1, withoutServer: withoutServer + (test.meta().startsServer ? 0 : 1) };
}

function row(name: string, { all, withoutServer }: Count = { all: 0, withoutServer: 0 }): string {
  const share = all === 0 ? '' : `${((100 * withoutServer) / all).toFixed(1)} %`;
  return `${name.padEnd(24)} ${`${withoutServer}`.padStart(5)} of ${`${all}`.padStart(5)} start no server ${share.padStart(8)}\n`;
}
