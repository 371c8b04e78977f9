/**
 * HTTP pages for health checks, dashboards and people with curl: a read-only table. Anything else is answered at once
 * with 404 and one sentence.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { show } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import type { Tally } from '../record/tally.js';
import { load } from './load.js';
import { isSame, whyNotLocal } from './local-only.js';
import type { Exposition, Load } from './metrics.js';
import { parametersOf } from './route.js';

/** The data of the pages. */
export interface PageSource {
  /** The paths of Socket.IO. */
  readonly paths: readonly string[];
  /** Whether the sessions may be read from outside, and with which token. */
  readonly control: false | { readonly token?: string };
  readonly tally: Tally;
  /** When the server started, and the current time, Unix milliseconds. */
  readonly startedAt: number;
  readonly now: () => number;
  readonly load: () => Load;
  readonly snapshots: () => readonly SessionSnapshot[];
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const READING = ['GET', 'HEAD'];
const PAGES = ['/health', '/sessions', '/metrics'] as const;

/** Whether there is a page at this URL. */
export function isPage(url: string): boolean {
  const [path] = url.split('?');
  return PAGES.some((page) => page === path);
}

/** Serves one request; never throws. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => void;

export function pagesOf(source: PageSource): Pages {
  let exposition: Exposition | undefined;

  const pages: Readonly<Record<(typeof PAGES)[number], (request: IncomingMessage) => Answer | Promise<Answer>>> = {
    '/health': () => json({ status: 'healthy', service: 'echo-sts', sessions: source.load().connections, ...uptime() }),
    '/sessions': (request) => refusalOf(request, source.control) ?? json(source.snapshots()),
    '/metrics': async () => {
      // Most fixtures never need it.
      const metrics = await load(() => import('./metrics.js'));
      exposition ??= new metrics.Exposition();
      const text = await exposition.text(source.tally.take(), source.load());
      return { status: 200, type: exposition.contentType, text };
    },
  };

  const uptime = () => ({ uptime_seconds: (source.now() - source.startedAt) / 1000 });

  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const { method = '', url = '' } = request;
    const [path = ''] = url.split('?');
    const page = PAGES.find((each) => each === path);
    if (page === undefined) {
      return sentence(404, `echo-sts serves Socket.IO at ${source.paths.join(' and ')}, not at ${show(url)}.`);
    }
    if (READING.includes(method)) return pages[page](request);
    return sentence(405, `${path} allows GET and HEAD, not ${show(method)}.`, { allow: 'GET, HEAD' });
  };

  return (request, response) => {
    void answerTo(request)
      .catch((error) => sentence(500, `echo-sts could not respond: ${error instanceof Error ? error.message : error}.`))
      .then((answer) => send(answer, response));
  };
}

function send({ status, type, text, headers }: Answer, response: ServerResponse): void {
  const length = Buffer.byteLength(text);
  response.writeHead(status, {
    'content-type': type,
    'content-length': length,
    'cache-control': 'no-store',
    // Close the connection after a failed request.
    ...(status !== 200 && { connection: 'close' }),
    ...headers,
  });
  response.end(text);
}

function json(value: object): Answer {
  return { status: 200, type: 'application/json; charset=utf-8', text: `${JSON.stringify(value)}\n` };
}

function sentence(status: number, text: string, headers: Answer['headers'] = {}): Answer {
  return { status, type: 'text/plain; charset=utf-8', text: `${text}\n`, headers };
}

/** The refusal of a request for the sessions, by the rules for control clients; undefined if it is allowed. */
function refusalOf(request: IncomingMessage, control: PageSource['control']): Answer | undefined {
  if (control === false)
    return sentence(404, 'echo-sts shows its sessions only with the option `control`, which is off.');
  const { headers, socket } = request;
  if (whyNotLocal({ headers, address: socket.remoteAddress ?? '' }) !== undefined) {
    return sentence(404, 'echo-sts shows its sessions only to this machine, and not to web pages.');
  }
  if (control.token === undefined || isSame(control.token, tokenOf(request))) return undefined;
  const how = 'send the token of the option `control` as `Authorization: Bearer …` or as `?token=…`';
  return sentence(401, `The token is missing or wrong; ${how}.`, { 'www-authenticate': 'Bearer' });
}

function tokenOf({ headers, url = '' }: IncomingMessage): string {
  const [, bearer] = /^Bearer +(.*)$/i.exec(headers.authorization ?? '') ?? [];
  return bearer ?? parametersOf(url).get('token') ?? '';
}
