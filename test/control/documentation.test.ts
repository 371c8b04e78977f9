/** The page about control is held against the code: its tables and its conversation. `docs/snippets.test.ts` runs its snippets. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { MEMBERS } from '../../src/control/members.js';
import { ControlPeer } from '../support/control-peer.js';
import { useServers } from '../support/servers.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(`${ROOT}docs/control.md`, 'utf8');

const { start } = useServers();

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
