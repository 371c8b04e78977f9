/** `docs/options.md` names exactly the options that there are, and what they are when left out. */

import { runInThisContext } from 'node:vm';
import { createEchoSts } from 'echo-sts';
import { expect, it } from 'vitest';
import { DEFAULT_OPTIONS } from '../../src/options/defaults.js';
import { shownDefaults } from '../support/defaults.js';
import { readPage } from '../support/page.js';

const { text } = readPage('docs/options.md');
/** The line below each heading that names an option. */
const FACTS = new Map(
  [...text.matchAll(/^### `(\w+)`\n\n(.*)/gm)].map(([, name = '', facts = '']) => [name, facts] as const),
);

it('the page of options names exactly those that there are, each once', () => {
  expect([...FACTS.keys()].sort()).toEqual(Object.keys(shownDefaults()).sort());
  expect(text.match(/^### /gm)).toHaveLength(FACTS.size);
});

it.each([...FACTS])('the page of options says of `%s` its type and its default', (name, facts) => {
  const [, shown = ''] = /· default `([^`]*)`/.exec(facts) ?? [];
  expect(facts).toMatch(/^Type `/);
  expect(plain(shown)).toBe(plain(shownDefaults()[name] ?? ''));
});

it('the page of options writes all of them at once as they are by default', () => {
  const [, written = ''] = /const options: EchoStsOptions = (\{.*?^\});/ms.exec(text) ?? [];
  const { transcript, ...values } = runInThisContext(`(${written})`);
  // Which has a page of its own.
  const { transcript: inFact, control: _, ...inFactToo } = DEFAULT_OPTIONS;
  expect(values).toEqual(inFactToo);
  const fragment = { fragmentId: 'f', streamId: 's', sequenceNumber: 7, timestamp: 0, audio: {} };
  expect(transcript(fragment)).toBe(typeof inFact === 'function' && inFact(fragment));
});

it.each(bounded())('the page of options says of `%s` that it lies between %d and %d', async (name, min, max) => {
  for (const wrong of [min - 1, max + 1]) {
    await expect(createEchoSts({ [name]: wrong })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  }
});

function bounded(): [name: string, min: number, max: number][] {
  return [...FACTS].flatMap(([name, facts]) => {
    const [, min, max] = /(\d+)–(\d+)/.exec(facts) ?? [];
    const isNumber = facts.startsWith('Type `number');
    return isNumber && max !== undefined ? [[name, Number(min), Number(max)]] : [];
  });
}

/** However the text is quoted and spaced. */
function plain(value: string): string {
  return value.replaceAll(/["'\s]/g, '');
}
