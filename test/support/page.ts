/**
 * The pages that users read, README and `docs/*.md`, taken apart: snippets, tables, links. What marks a snippet stands in
 * a comment on the line before it:
 *
 *   <!-- file: worker.ts -->  it is a file that others on the page import; it does not run by itself
 *   <!-- fails -->            it is meant to fail
 *   <!-- prints -->           before a block of text: the snippet above prints this, among other things
 *   <!-- jest -->             before a block of `js`: a jest test file, which `test:pack` runs
 */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How a snippet is run: a vitest file, a script whose comments say what it prints, or a file that others import. */
export type SnippetKind = 'test' | 'script' | 'file';

export interface Snippet {
  readonly code: string;
  readonly kind: SnippetKind;
  /** What it is written to, beside the others of its page. */
  readonly file: string;
  readonly isMeantToFail: boolean;
  /** The text that follows under `<!-- prints -->`. */
  readonly prints: string | undefined;
}

export interface Page {
  /** From the root of the project, as `docs/options.md`. */
  readonly path: string;
  readonly text: string;
  readonly snippets: readonly Snippet[];
}

/** The README first, then every page in `docs/`. */
export function readPages(): Page[] {
  const names = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...names.sort().map((name) => `docs/${name}`)].map(readPage);
}

export function readPage(path: string): Page {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, text, snippets: snippetsIn(text) };
}

/** The blocks of `js` under `<!-- jest -->`. */
export function jestSnippets({ text }: Page): string[] {
  return [...text.matchAll(/^<!-- jest -->\n```js\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
}

/** The rows of each table under a marker of that name, the head first; cells without the space around them. */
export function tablesIn({ text }: Page, name: string): string[][][] {
  const [, ...bodies] = text.split(`<!-- table: ${name} -->\n`);
  return bodies.map((body) => {
    const [lines = ''] = body.split('\n\n');
    const [head = '', , ...rows] = lines.trim().split('\n');
    return [head, ...rows].map((row) =>
      row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  });
}

/** The names of all tables on the page. */
export function tableNames({ text }: Page): string[] {
  return [...text.matchAll(/^<!-- table: (.*) -->$/gm)].map(([, name = '']) => name);
}

/** Links within the project: the path from its root, and the heading. */
export function linksIn({ path, text }: Page): { readonly to: string; readonly anchor: string | undefined }[] {
  return [...withoutCode(text).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(([, to = '', anchor]) => ({
    to: to === '' ? path : normalize(join(dirname(path), to)),
    anchor,
  }));
}

/** As GitHub makes them: in lower case, without punctuation. */
export function anchorsIn({ text }: Page): string[] {
  return [...withoutCode(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

function snippetsIn(text: string): Snippet[] {
  const block = /^(?:<!-- (.*) -->\n)?```ts\n([\s\S]*?)^```$(?:\s*<!-- prints -->\n```text\n([\s\S]*?)^```$)?/gm;
  return [...text.matchAll(block)].map(([, marker = '', code = '', prints], index) => {
    const [, file] = /^file: (\S+)$/.exec(marker) ?? [];
    const isTest = /from '(vitest|echo-sts\/vitest)'/.test(code);
    return {
      code,
      kind: file !== undefined ? 'file' : isTest ? 'test' : 'script',
      file: file ?? `snippet-${index + 1}${isTest ? '.test' : ''}.ts`,
      isMeantToFail: marker === 'fails',
      prints,
    };
  });
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}
