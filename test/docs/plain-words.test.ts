/** What users read has none of the unwanted words: pages, API reference, CHANGELOG, help, errors and comments of the sources. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { UNWANTED_WORDS } from '../../docs/plain-words.js';
import { ROOT } from '../support/page.js';

const PAGES = ['README.md', 'CHANGELOG.md', ...filesIn('docs', /\.md$/), ...filesIn('test/approved', /\.txt$/)];
const SOURCES = [...filesIn('src', /\.ts$/), ...filesIn('examples', /\.(ts|[cm]?js)$/)];

describe('the unwanted words', () => {
  it('are those of the table in docs/contributing.md', () => {
    const rows = UNWANTED_WORDS.map(({ word, instead }) => `| ${word} | ${instead} |`);
    expect(read('docs/contributing.md')).toContain(rows.join('\n'));
  });

  it('are in no page, help or failure text', () => {
    // The page that lists them.
    const textOf = (path: string) => read(path).replaceAll(/^\| not \|[\s\S]*?\n\n/gm, '');
    expect(PAGES.flatMap((path) => findings(textOf(path)).map((finding) => `${path}: ${finding}`))).toEqual([]);
  });

  it('are in no text or comment of the sources', () => {
    const found = SOURCES.flatMap((path) =>
      textsOf(read(path)).flatMap((text) => findings(text).map((finding) => `${path}: ${finding}`)),
    );
    expect(found).toEqual([]);
  });

  it('are found', () => {
    expect(findings('It answers twice.\nThat is no flag, you are told.')).toEqual([
      'answers: It answers twice.',
      'told, tells: That is no flag, you are told.',
      '"--x" is no flag: That is no flag, you are told.',
    ]);
    const hole = ['$', '{answers}'].join('');
    const code = `const answers = 'answers'; // told\nconst text = \`so ${hole} many\`;`;
    expect(textsOf(code)).toEqual(['// told', 'so ', ' many']);
  });
});

function findings(text: string): string[] {
  const lines = text.split('\n');
  return UNWANTED_WORDS.flatMap(({ word, pattern }) =>
    lines.filter((line) => pattern.test(line)).map((line) => `${word}: ${line.trim()}`),
  );
}

/** Comments and text, in their order; code is left out. */
function textsOf(code: string): string[] {
  const comments = [...(ts.getLeadingCommentRanges(code, 0) ?? [])];
  const texts: { readonly at: number; readonly text: string }[] = [];
  const source = ts.createSourceFile('source.ts', code, ts.ScriptTarget.Latest, true);
  const seen = new Set(comments.map(({ pos }) => pos));
  const visit = (node: ts.Node): void => {
    for (const range of [
      ...(ts.getLeadingCommentRanges(code, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(code, node.getEnd()) ?? []),
    ]) {
      if (seen.has(range.pos)) continue;
      seen.add(range.pos);
      comments.push(range);
    }
    // A single word is a name.
    if ((ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node)) && node.text.includes(' '))
      texts.push({ at: node.getStart(), text: node.text });
    node.forEachChild(visit);
  };
  visit(source);
  const all = [...texts, ...comments.map(({ pos, end }) => ({ at: pos, text: code.slice(pos, end) }))];
  return all.toSorted((one, other) => one.at - other.at).map(({ text }) => text);
}

function filesIn(folder: string, name: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => name.test(file) && !file.includes('node_modules'))
    .map((file) => `${folder}/${file}`)
    .sort();
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
