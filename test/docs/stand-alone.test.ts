/** The page about the program is held against the code: its tables, its commands, and what it shows of the log. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LOG_LEVEL_VARIABLE, VARIABLES } from '../../src/cli/deployment-variables.js';
import { explore } from '../../src/cli/explore.js';
import { EXPLORE_FLAGS } from '../../src/cli/explore-flags.js';
import type { Flag } from '../../src/cli/flag.js';
import { OPTION_FLAGS } from '../../src/cli/flags.js';
import { flagSyntax } from '../../src/cli/help.js';
import { entryLine, LOG_LEVELS } from '../../src/cli/log.js';
import { OWN_FLAGS } from '../../src/cli/program-flags.js';
import { serve } from '../../src/cli/serve.js';
import type { TimelineEntry } from '../../src/timeline/entry.js';
import { DIRECTIONS } from '../../src/timeline/event-names.js';
import { connect, fragment } from '../support/client.js';
import { plan, serving } from '../support/plan.js';
import { useServers } from '../support/servers.js';

const FOLDER = fileURLToPath(new URL('../../docs/', import.meta.url));
const PAGE = readFileSync(`${FOLDER}stand-alone.md`, 'utf8');
const COMMANDS = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, text = '']) => text.trim().split('\n'));
const [, CONFIG = ''] = PAGE.match(/^<!-- file: echo-sts\.json -->\n```json\n([\s\S]*?)^```$/m) ?? [];
const { start } = useServers();

describe('the page', () => {
  it('shows every flag as it is', () => {
    const row = (sets: string, flag: Flag) => [`\`${flagSyntax(flag)}\``, sets, flag.byDefault];
    const options = Object.entries(OPTION_FLAGS).flatMap(([option, flags]) =>
      flags.map((flag) => row(`\`${[option, flag.part].filter(Boolean).join('.')}\`: ${flag.help}`, flag)),
    );
    expect(table('flags')).toEqual([...OWN_FLAGS.map((flag) => row(flag.help, flag)), ...options]);
  });

  it('shows every flag of `explore` as it is', () => {
    const rows = Object.values(EXPLORE_FLAGS).map((flag) => [`\`${flagSyntax(flag)}\``, flag.help, flag.byDefault]);
    expect(table('explore flags')).toEqual(rows);
  });

  it('shows every variable as it is', () => {
    const rows = Object.entries(VARIABLES).map(([name, { option, means }]) => [`\`${name}\``, `\`${option}\``, means]);
    expect(table('environment').slice(0, -1)).toEqual(rows);
    expect(table('environment').at(-1)?.[0]).toBe(`\`${LOG_LEVEL_VARIABLE}\``);
  });

  it('shows the log levels as they are', () => {
    expect(table('log levels').map(([level]) => level)).toEqual(LOG_LEVELS.map((level) => `\`${level}\``));
    const loggedAt = (logLevel: 'warn' | 'error') =>
      Object.keys(DIRECTIONS).filter((event) => {
        const entry = {
          n: 1,
          atMs: 0,
          streamId: '',
          direction: 'note',
          event,
          payload: {},
        } as unknown as TimelineEntry;
        return entryLine({ entry }, { logLevel, isJson: true, isColoured: false }) !== undefined;
      });
    const shown = (level: string) => [
      ...(table('log levels').find(([name]) => name === `\`${level}\``)?.[1] ?? '').matchAll(/`([^`]+)`/g),
    ];
    for (const level of ['warn', 'error'] as const) {
      expect(
        shown(level)
          .map(([, name]) => name)
          .sort(),
      ).toEqual(loggedAt(level).sort());
    }
  });

  it('shows every metric with its type', async () => {
    const { url } = await start();
    const text = await (await fetch(`${url}/metrics`)).text();
    const types = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [`\`${name}\``, type]);
    expect(
      table('metrics')
        .map(([name, type]) => [name, type])
        .sort(),
    ).toEqual(types.sort());
  });

  it('shows pages that are there, in its table and with curl', async () => {
    const { url } = await start({ control: { token: 'secret' } });
    const shown = table('pages').map(([path = '']) => path.replaceAll('`', ''));
    for (const path of shown) expect([200, 401]).toContain((await fetch(url + path)).status);
    const requests = COMMANDS.filter((command) => command.startsWith('curl ')).map(words);
    for (const [, ...args] of requests) {
      const address = args.at(-1)?.replace('http://127.0.0.1:8000', url) ?? '';
      const [name = '', value = ''] = args[0] === '--header' ? (args[1] ?? '').split(': ') : ['x-none', 'none'];
      expect((await fetch(address, { headers: { [name]: value } })).status).toBe(200);
    }
    expect(new Set(requests.map((args) => new URL(args.at(-1) ?? '').pathname))).toEqual(new Set(shown));
  });

  it('shows commands that the program understands', () => {
    const calls = COMMANDS.filter((command) => command.includes('npx echo-sts'));
    expect(calls.length).toBeGreaterThan(8);
    for (const call of calls) {
      const [before, args] = [words(call.split('npx echo-sts')[0] ?? ''), words(call.split('npx echo-sts')[1] ?? '')];
      const environment = Object.fromEntries(before.map((pair) => pair.split('=') as [string, string]));
      const kind = args[0] === 'explore' ? 'explore' : 'serve';
      expect(plan(args, { environment, files: { 'echo-sts.json': CONFIG } })).toMatchObject({ kind });
    }
  });

  it('shows the log as it is', async () => {
    const lines: string[] = [];
    let listens = () => {};
    const listening = new Promise<void>((resolve) => {
      listens = resolve;
    });
    const write = (text: string) => {
      lines.push(text);
      listens();
    };
    const output = { isColoured: false, write };
    const code = serve(serving(['--port', '0', '--delay-ms', '40']), output, () => {});
    await listening;
    const worker = await connect(/http:\S+/.exec(lines[0] ?? '')?.[0] ?? '');
    await worker.init({ stream_id: 'news', worker_id: 'w-1' });
    worker.send('fragment:data', fragment(0, { stream_id: 'news' }));
    await worker.next('fragment:processed');
    worker.send('stream:end', { stream_id: 'news' });
    await worker.next('stream:complete');
    worker.close();
    await expect.poll(() => lines.at(-1)).toContain('disconnect');
    process.emit('SIGINT', 'SIGINT');
    await code;
    const [, shown = ''] = PAGE.match(/^<!-- output: log -->\n```text\n([\s\S]*?)^```$/m) ?? [];
    expect(timeless(lines.join(''))).toBe(timeless(shown));
  });

  it('shows what `explore` finds as it is, without some lines', async () => {
    const command = ['--', process.execPath, '--eval', COUNTING];
    const args = ['explore', '--runs', '50', '--faults', '{"preset":"none","duplicate":true}', ...command];
    const planned = plan(args);
    if (planned.kind !== 'explore') throw new Error(`expected a plan to explore, got ${planned.kind}`);
    let printed = '';
    const writeError = (text: string) => {
      printed += text;
    };
    const output = { write: () => {}, writeError, isTerminal: false };
    expect(await explore(planned, output, () => {})).toBe(1);
    const [, shown = ''] = PAGE.match(/^<!-- output: explore -->\n```text\n([\s\S]*?)^```$/m) ?? [];
    let rest = numberless(printed).split('\n');
    for (const line of numberless(shown).trimEnd().split('\n')) {
      expect(rest).toContain(line);
      rest = rest.slice(rest.indexOf(line) + 1);
    }
  });

  it('names files of the container example that exist', () => {
    const names = [...PAGE.matchAll(/\b(?:Dockerfile|compose\.yaml|examples\/docker)\b/g)].map(([name]) => name);
    expect([...new Set(names)].sort()).toEqual(['Dockerfile', 'compose.yaml', 'examples/docker']);
    for (const name of ['Dockerfile', 'compose.yaml'])
      expect(existsSync(`${FOLDER}../examples/docker/${name}`)).toBe(true);
  });
});

/** A worker that counts what comes for its three fragments. */
const COUNTING = `
  const worker = require('socket.io-client').io(process.env.ECHO_STS_URL, { transports: ['websocket'] });
  const audio = { format: 'pcm_s16le', sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: 'AAAA' };
  const sources = [0, 1, 2].map((n) => (
    { fragment_id: 'f-' + n, stream_id: 'news', sequence_number: n, timestamp: 0, audio }
  ));
  let results = 0;
  worker.emit('stream:init', { stream_id: 'news', worker_id: 'w-1', config: {} });
  worker.once('stream:ready', () => sources.forEach((source) => worker.emit('fragment:data', source)));
  worker.on('fragment:processed', () => ++results === 3 && worker.emit('stream:end', { stream_id: 'news' }));
  worker.once('stream:complete', () => {
    if (results !== 3) console.log('AssertionError: expected 3 results, got ' + results);
    process.exit(results === 3 ? 0 : 1);
  });
`;

/** The rows of the table under that marker, without the head. */
function table(name: string): string[][] {
  const [, body = ''] = PAGE.split(`<!-- table: ${name} -->\n`);
  const [lines = ''] = body.split('\n\n');
  const rows = lines.trim().split('\n').slice(2);
  const cells = (row: string) => row.split(/(?<!\\)\|/).slice(1, -1);
  return rows.map((row) => cells(row).map((cell) => cell.trim().replaceAll('\\|', '|')));
}

/** As a shell splits a line, with single quotes alone. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

/** Ports, times of the day and milliseconds are others each time. */
function timeless(log: string): string {
  return log
    .replaceAll(/:\d{4,5}$/gm, ':PORT')
    .replaceAll(/^\S+Z/gm, 'TIME')
    .replaceAll(/\d+ ms/g, 'N ms');
}

/** Which plan failed first, its seed and its path are others each time. */
function numberless(text: string): string {
  return text
    .replace(/plan \d+ of/, 'plan N of')
    .replace(/command,\d+,[\d:]+,/, 'command,SEED,PATH,')
    .replace(/--explore-seed \d+ --path [\d:]+\./, '--explore-seed SEED --path PATH.');
}
