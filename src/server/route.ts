/** Where a request goes, by its path and by who asks. Pure. */

import type { IncomingHttpHeaders } from 'node:http';
import { CONTROL_PATH, withSlash } from '../options/paths.js';
import { whyNotLocal } from './local-only.js';

/**
 * Where Socket.IO is attached. engine.io takes every request whose path begins with its own; no request can begin with
 * this one, for a path has no space in it, so only what is rewritten here reaches it.
 */
export const SOCKET_IO_PATH = '/socket.io internal/';

/** The same for the Socket.IO server of control clients. */
export const INTERNAL_CONTROL_PATH = '/control internal/';

/** What is asked for, and by whom. */
export interface Asked {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Where the request comes from. */
  readonly address: string;
}

/** Why a request is not answered as it was meant: one sentence. */
export interface HttpRefusal {
  readonly status: number;
  readonly message: string;
}

/** To one of the two Socket.IO servers, under the path that it knows; to neither of them; or to the pages. */
export type Route =
  | { readonly to: 'workers' | 'control'; readonly url: string }
  | { readonly to: 'refusal'; readonly refusal: HttpRefusal }
  | { readonly to: 'pages' };

/** What is served where. */
export interface Served {
  /** Where workers find Socket.IO, each with a slash at its end. */
  readonly paths: readonly string[];
  readonly control: boolean;
}

export function routeOf(asked: Asked, { paths, control }: Served): Route {
  const [name = '', ...query] = asked.url.split('?');
  const path = withSlash(name);
  if (control && path === CONTROL_PATH) return controlRoute(asked, query);
  if (!paths.includes(path)) return { to: 'pages' };
  return asksForScript(asked.url) ? NO_SCRIPTS : { to: 'workers', url: [SOCKET_IO_PATH, ...query].join('?') };
}

/** The parameters of a request. */
export function parametersOf(url: string): URLSearchParams {
  return new URLSearchParams(url.split('?')[1]);
}

/** engine.io would answer with a script (JSONP), which any web page can load and read. No client of Socket.IO v4 asks for one. */
export const NO_SCRIPTS: Route = {
  to: 'refusal',
  refusal: {
    status: 400,
    message: 'No JSONP is served here: connect by websocket, or by polling without the parameter `j`.',
  },
};

function asksForScript(url: string): boolean {
  return parametersOf(url).has('j');
}

/** Each request is looked at, not the first of a session alone: whoever has learned the id of a session could join it. */
function controlRoute(asked: Asked, query: readonly string[]): Route {
  const reason = whyNotLocal(asked);
  if (reason !== undefined) {
    return { to: 'refusal', refusal: { status: 403, message: `The fixture may not be controlled so: ${reason}.` } };
  }
  return asksForScript(asked.url) ? NO_SCRIPTS : { to: 'control', url: [INTERNAL_CONTROL_PATH, ...query].join('?') };
}
