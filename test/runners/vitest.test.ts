/** `echo-sts/vitest` in a vitest of its own, where tests may fail: what a person reads then. */

import { beforeAll, describe, expect, it } from 'vitest';
import { runVitestInVain } from '../support/run.js';

describe('a test that fails', () => {
  let printed = '';
  let reports: Map<string, string[]>;

  beforeAll(async () => {
    printed = await runVitestInVain('test/runners/inner/vitest-fails.ts');
    reports = reportsIn(printed);
  });

  it('is verified each time when it is tried again, and not when it is skipped while it runs', () => {
    expect(printed).toMatch(/✓ tried again has a new fixture, and is verified again .*\(retry x2\)/);
    expect(printed).toMatch(/Tests {2}5 failed \| 2 passed \| 1 skipped/);
  });

  it('prints its own error first, with its place, and then the timeline', () => {
    const [own, besides, ...others] = reports.get('fails by itself') ?? [];
    expect(own).toMatch(
      /^AssertionError: expected 'what came' to be 'what was expected'[\s\S]* ❯ .*vitest-fails\.ts:10:/,
    );
    expect(besides).toMatch(
      /^Timeline: what the fixture recorded until the test failed\n\n {2}state {5}stream "news" .* is active; [\s\S]*\n {2}owed {6}the worker has sent nothing [\s\S]*\n {2}seed {6}\d+\n\n.* echo-sts\n.*\n.*stream:init[\s\S]* · test {2}the test failed here +│$/,
    );
    expect(besides).not.toMatch(/❯| at /);
    expect(others).toEqual([]);
  });

  it('prints what it has missed behind its own error', () => {
    const [own, besides, ...others] = reports.get('fails by itself, and misses something') ?? [];
    expect(own).toMatch(/^Error: the error of the test\n ❯ /);
    expect(besides).toMatch(
      /^EchoStsError: in addition to the test’s own error, `verify` found 1 unmet expectation\.\n/,
    );
    expect(besides).toMatch(/ expected {2}"the end"[\s\S]*stream:ready {2}max_inflight 3/);
    expect(others).toEqual([]);
  });

  it('fails for nothing but an unmet expectation, and prints it with the timeline', () => {
    const [own, ...others] = reports.get('misses something') ?? [];
    expect(own).toMatch(/^EchoStsError: `verify` found 1 unmet expectation\.\n[\s\S]*│─ stream:init/);
    expect(own).not.toMatch(/timeline, all|❯/);
    expect(others).toEqual([]);
  });

  it('fails for what the worker did wrong as the last thing in the body, before any hook', () => {
    const [own, ...others] = reports.get('a suite with a hook > does something wrong at the very end') ?? [];
    expect(own).toMatch(/^EchoStsError: `verify` found 1 violation\.\n[\s\S]*got\s+"strem:end"/);
    expect(others).toEqual([]);
  });

  it('prints once what it was told by `verify` itself, with the end of the timeline', () => {
    const [own, ...others] = reports.get('has verified in vain itself') ?? [];
    expect(own).toMatch(
      /^EchoStsError: `verify` found [\s\S]*\n {2}timeline, all 3 entries:\n[\s\S]* ❯ .*vitest-fails\.ts:27:/,
    );
    expect(others).toEqual([]);
  });
});

/** What was printed of each test, in order. */
function reportsIn(printed: string): Map<string, string[]> {
  const reports = new Map<string, string[]>();
  for (const [, name = '', text = ''] of printed.matchAll(/^ FAIL {2}\S+ > (.*)\n([\s\S]*?)\n⎯/gm))
    reports.set(name, [...(reports.get(name) ?? []), text]);
  return reports;
}
