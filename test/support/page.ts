/**
 * The pages that users read, README and `docs/*.md`, taken apart: snippets, tables, links. What marks a snippet stands in
 * a comment on the line before it:
 *
 *   <!-- file: worker.ts -->  it is a file that others on the page import; it does not run by itself
 *   <!-- example: a/b.ts -->  it is `examples/a/b.ts`, or the next part of it
 *   <!-- fails -->            it is meant to fail
 *   <!-- prints -->           before a block of text: the snippet above prints this, among other things
 *   <!-- jest -->             before a block of `js`: a jest test file, which `test:pack` runs
 */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How a snippet is run: a vitest file, a script whose comments say what it prints, a file that others import, or an example. */
export type SnippetKind = 'test' | 'script' | 'file' | 'example';

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
  return ['README.md', ...names.sort().map((name) => `docs/${name}`)].map((path) => readPage(path));
}

export function readPage(path: string, root = ROOT): Page {
  const text = readFileSync(join(root, path), 'utf8');
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

/** Within the project: the path from its root, and the heading. */
export interface Link {
  readonly to: string;
  readonly anchor: string | undefined;
}

export function linksIn({ path, text }: Page): Link[] {
  return [...withoutCode(text).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(([, to = '', anchor]) => ({
    to: to === '' ? path : normalize(join(dirname(path), to)),
    anchor,
  }));
}

/** Those that lead to none of these files, or in a page to no heading of it: as `docs/options.md → #paths`. */
export function deadLinksIn(files: readonly string[], root = ROOT): string[] {
  const pages = files.filter((path) => path.endsWith('.md')).map((path) => readPage(path, root));
  const anchors = new Map(pages.map((page) => [page.path, anchorsIn(page)]));
  const isDead = ({ to, anchor }: Link) =>
    !files.includes(to) || (anchor !== undefined && anchors.get(to)?.includes(anchor) !== true);
  return pages.flatMap((page) =>
    linksIn(page)
      .filter(isDead)
      .map(
        ({ to, anchor }) => `${page.path} → ${to === page.path ? '' : to}${anchor === undefined ? '' : `#${anchor}`}`,
      ),
  );
}

/** The paths that a page names in backticks, from the root of the project. */
export function pathsIn({ text }: Page): string[] {
  const paths = withoutBlocks(text).matchAll(/`((?:src|test|examples|bench|docs|dist)\/[\w./-]*)`/g);
  return [...paths].map(([, path = '']) => path);
}

/** As GitHub makes them: in lower case, without punctuation, a number behind those that were there before; and by `id`. */
function anchorsIn({ text }: Page): string[] {
  const counts = new Map<string, number>();
  const headings = [...withoutBlocks(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-');
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  const marked = [...text.matchAll(/<a (?:id|name)="([^"]*)">/g)].map(([, id = '']) => id);
  return [...headings, ...marked];
}

function snippetsIn(text: string): Snippet[] {
  const block = /^(?:<!-- (.*) -->\n)?```ts\n([\s\S]*?)^```$(?:\s*<!-- prints -->\n```text\n([\s\S]*?)^```$)?/gm;
  return [...text.matchAll(block)].map(([, marker = '', code = '', prints], index) => {
    const [, named, file] = /^(file|example): (\S+)$/.exec(marker) ?? [];
    const isTest = /from '(vitest|echo-sts\/vitest)'/.test(code);
    return {
      code,
      kind: (named as 'file' | 'example' | undefined) ?? (isTest ? 'test' : 'script'),
      file: file ?? `snippet-${index + 1}${isTest ? '.test' : ''}.ts`,
      isMeantToFail: marker === 'fails',
      prints,
    };
  });
}

function withoutCode(text: string): string {
  return withoutBlocks(text).replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}
