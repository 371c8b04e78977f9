/** The README's tables are held against the code, and its snippets run. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createEchoSts } from 'echo-sts';
import { ERROR_CODES, TRANSITIONS } from 'echo-sts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO_STS_ERROR_CODES } from '../src/errors.js';
import { toSettings } from '../src/options.js';
import { runTypeScript, runVitest } from './support/run.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TMP = `${ROOT}test/tmp`;
const README = readFileSync(`${ROOT}README.md`, 'utf8');
const SNIPPETS = [...README.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);

beforeAll(() => mkdirSync(TMP, { recursive: true }));
afterAll(() => rmSync(TMP, { recursive: true, force: true }));

describe('the README', () => {
  it('shows the table of transitions as it is', () => {
    const rows = Object.entries(TRANSITIONS).map(([state, row]) => [
      `\`${state}\``,
      ...Object.values(row).map((cell) => (cell === 'renew' ? 'a new session' : cell)),
    ]);
    expect(table('transitions')).toEqual(rows);
  });

  it('shows the wire error codes as they are', () => {
    const rows = Object.entries(ERROR_CODES).map(([code, { severity, retryable, means }]) => [
      `\`${code}\``,
      severity,
      retryable ? 'yes' : 'no',
      means,
    ]);
    expect(table('error codes')).toEqual(rows);
  });

  it('shows the codes of EchoStsError as they are', () => {
    expect(table('EchoStsError codes')).toEqual(
      Object.entries(ECHO_STS_ERROR_CODES).map(([code, means]) => [`\`${code}\``, means]),
    );
  });

  it('shows every option with its default', () => {
    const { outcome, transcript, reorderWindow, ...settings } = toSettings({});
    const defaults = {
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, JSON.stringify(value)])),
      reorderWindow: 'max_inflight',
      transcript: 'fragment <n>',
    };
    const shown = Object.fromEntries(
      table('options').map(([name = '', value = '']) => [unquote(name), unquote(value)]),
    );
    expect(shown).toEqual(defaults);
  });

  it('names nothing in the handle that is not there, and leaves nothing out', async () => {
    const sts = await createEchoSts();
    const section = README.slice(README.indexOf('## The handle'), README.indexOf('The functions are bound'));
    const named = [...section.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([a-z]\w*)/gi)].map(([, name = '']) => name),
    );
    const actual = ['url', 'port', 'connections', 'sessions', ...Object.keys(sts)];
    expect(named.sort()).toEqual(actual.sort());
    await sts.close();
  });

  it('links to files that exist', () => {
    const links = [...README.matchAll(/\]\(([\w./-]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(`${ROOT}${link}`))).toEqual([]);
  });

  it('shows on its first screen a complete vitest file of 15 to 20 lines, which passes', async () => {
    const [snippet = ''] = SNIPPETS;
    const lines = snippet.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBeGreaterThanOrEqual(15);
    expect(lines.length).toBeLessThanOrEqual(20);
    writeFileSync(`${TMP}/first.test.ts`, snippet);
    expect(await runVitest('test/tmp/first.test.ts')).toContain('✓ every fragment comes back');
  });

  it.each(SNIPPETS.slice(1).map((snippet, index) => [index + 2, snippet]))(
    'has a snippet %i that prints what its comments say',
    async (number, snippet) => {
      writeFileSync(`${TMP}/snippet-${number}.ts`, String(snippet));
      const printed = (await runTypeScript(`test/tmp/snippet-${number}.ts`)).trimEnd().split('\n');
      const promised = [...String(snippet).matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text = '']) => text);
      expect(promised.length).toBeGreaterThan(0);
      expect(
        printed.map((line, index) => (isCut(promised[index]) ? line.slice(0, cut(promised[index]).length) : line)),
      ).toEqual(promised.map((text) => cut(text)));
    },
  );
});

/** The body rows of the table under that marker. */
function table(name: string): string[][] {
  const [, body = ''] = README.split(`<!-- table: ${name} -->\n`);
  const [lines = ''] = body.split('\n\n');
  const rows = lines.trim().split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function unquote(cell: string): string {
  return cell.replace(/^`|`$/g, '');
}

/** A promise that ends in … says only how the line begins. */
function isCut(promise = ''): boolean {
  return promise.endsWith('…');
}

function cut(promise = ''): string {
  return promise.replace(/ ?…$/, '');
}
