/** Access for processes of this machine only: whether a request is local and has the token. */

import type { IncomingHttpHeaders } from 'node:http';
import { isLocalName, isLoopback } from '../options/addresses.js';

/** The sender of a request. */
export interface Requester {
  readonly headers: IncomingHttpHeaders;
  /** The remote address. */
  readonly address: string;
}

/** Why a request is not from a process of this machine, as the end of a sentence; undefined if it is. */
export function whyNotLocal({ headers, address }: Requester): string | undefined {
  if (!isLoopback(address))
    return `only this machine has access, and ${address} is another; connect from the machine of the fixture`;
  if (isWebPage(headers)) {
    return 'web pages have no access; connect from a process, to 127.0.0.1, without `Origin` or `Sec-Fetch-Site`';
  }
  return undefined;
}

/** Compares in constant time. */
export function isSame(expected: string, actual: unknown): boolean {
  if (typeof actual !== 'string') return false;
  const { createHash, timingSafeEqual } = process.getBuiltinModule('node:crypto');
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(actual));
}

/**
 * A browser sends one header or the other: a script or an image that a page loads has no `Origin`, and a page whose
 * name resolves to this machine (DNS rebinding) needs none. `none` means an address that the user has typed.
 */
function isWebPage({ origin, host = '', 'sec-fetch-site': site = 'none' }: IncomingHttpHeaders): boolean {
  return origin !== undefined || site !== 'none' || !isLocalName(host.replace(/:\d+$/, ''));
}
