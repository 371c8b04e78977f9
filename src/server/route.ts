/** The destination of a request, by its path and sender. Pure. */

import type { IncomingHttpHeaders } from 'node:http';
import { CONTROL_PATH, withSlash } from '../options/paths.js';
import { whyNotLocal } from './local-only.js';

/**
 * Where Socket.IO is attached. engine.io takes every request whose path begins with its own. No request can begin with
 * this one, because a path has no spaces, so only requests that are rewritten here reach it.
 */
export const SOCKET_IO_PATH = '/socket.io internal/';

/** The same for the Socket.IO server of control clients. */
export const INTERNAL_CONTROL_PATH = '/control internal/';

/** A request and its sender. */
export interface Asked {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The remote address. */
  readonly address: string;
}

/** The HTTP status and one sentence for a refused request. */
export interface HttpRefusal {
  readonly status: number;
  readonly message: string;
}

/** To one of the two Socket.IO servers, with its internal path; to a refusal; or to the pages. */
export type Route =
  | { readonly to: 'workers' | 'control'; readonly url: string }
  | { readonly to: 'refusal'; readonly refusal: HttpRefusal }
  | { readonly to: 'pages' };

/** What is served. */
export interface Served {
  /** The paths of Socket.IO for workers, each with a final slash. */
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

/** engine.io would answer with a script (JSONP), which any web page can load. No Socket.IO v4 client requests one. */
export const NO_SCRIPTS: Route = {
  to: 'refusal',
  refusal: {
    status: 400,
    message: 'JSONP is not served: connect by websocket, or by polling without the parameter `j`.',
  },
};

function asksForScript(url: string): boolean {
  return parametersOf(url).has('j');
}

/** Checks every request, not only the first of a session: otherwise anyone with the session id could join it. */
function controlRoute(asked: Asked, query: readonly string[]): Route {
  const reason = whyNotLocal(asked);
  if (reason !== undefined) {
    return { to: 'refusal', refusal: { status: 403, message: `Control is refused: ${reason}.` } };
  }
  return asksForScript(asked.url) ? NO_SCRIPTS : { to: 'control', url: [INTERNAL_CONTROL_PATH, ...query].join('?') };
}
