/** The page about control is held against the code: its tables, its conversation, its snippets. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { MEMBERS } from '../../src/control/members.js';
import { ControlPeer } from '../support/control-peer.js';
import { runTypeScript, runVitest } from '../support/run.js';
import { useServers } from '../support/servers.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TMP = `${ROOT}test/tmp/control`;
const PAGE = readFileSync(`${ROOT}docs/control.md`, 'utf8');
const [SCRIPT = '', TEST = ''] = [...PAGE.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);

const { start } = useServers();
mkdirSync(TMP, { recursive: true });
afterAll(() => rmSync(TMP, { recursive: true, force: true }));

it('has every member of every kind of object, with what it answers', () => {
  const [, body = ''] = PAGE.split('<!-- members -->\n');
  const [, , ...rows] = (body.split('\n\n')[0] ?? '').trim().split('\n');
  const shown = rows.flatMap((row) => {
    const [kinds = '', name, , answers = ''] = row
      .split('|')
      .slice(1)
      .map((cell) => cell.trim().replaceAll('`', ''));
    return kinds.split(', ').map((kind) => [kind, name, answers === 'list of rule' ? 'list of rules' : answers]);
  });
  const members = Object.entries(MEMBERS).flatMap(([kind, rows]) =>
    Object.entries(rows).map(([name, { answers }]) => [kind, name, answers]),
  );
  expect(shown.map(String).toSorted()).toEqual(members.map(String).toSorted());
});

it('has a conversation that goes as it says', async () => {
  const [, conversation = ''] = PAGE.match(/<!-- conversation -->\n```text\n([\s\S]*?)```/) ?? [];
  const lines = conversation.trim().split('\n');
  const sts = await start({ control: true, seed: 'news-1' });
  const peer = new ControlPeer(sts.url, { version: 1, client: 'c-1' });
  const heard: string[] = [];
  for (const line of lines.filter((text) => text.startsWith('→'))) {
    const answer = await peer.say(JSON.parse(line.slice(2)));
    if (answer.error !== undefined) answer.error.message = '…';
    heard.push(line, `← ${JSON.stringify(answer)}`);
  }
  peer.socket.disconnect();
  const compact = (line: string) => `${line.slice(0, 2)}${JSON.stringify(JSON.parse(line.slice(2)))}`;
  expect(heard.map(compact)).toEqual(lines.map(compact));
});

it('has a script that prints what its comments say', async () => {
  writeFileSync(`${TMP}/script.ts`, SCRIPT);
  const printed = (await runTypeScript('test/tmp/control/script.ts')).trimEnd().split('\n');
  expect(printed).toEqual([
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/control\?token=a-secret$/),
    '0 0 0',
    'done',
  ]);
});

it('has a test file that passes', async () => {
  writeFileSync(`${TMP}/../control.test.ts`, TEST);
  expect(await runVitest('test/tmp/control.test.ts')).toContain('✓ a stream begins, wherever the fixture is');
  rmSync(`${TMP}/../control.test.ts`);
});
