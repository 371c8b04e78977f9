/** What is for processes of this machine alone: whether somebody is one, and knows the token. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isLocalName, isLoopback } from '../options/addresses.js';

/** Who asks. */
export interface Requester {
  readonly headers: IncomingHttpHeaders;
  /** Where the request comes from. */
  readonly address: string;
}

/** Why somebody is no process of this machine, as the end of a sentence; undefined for one that is. */
export function whyNotLocal({ headers, address }: Requester): string | undefined {
  if (!isLoopback(address))
    return `it is for this machine alone, and ${address} is another; ask from where the fixture is`;
  if (isWebPage(headers)) {
    return 'it is for no web page; ask from a process, at 127.0.0.1, and without `Origin` or `Sec-Fetch-Site`';
  }
  return undefined;
}

/** In a time that says nothing about how much of it is right. */
export function isSame(expected: string, actual: unknown): boolean {
  if (typeof actual !== 'string') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(actual));
}

/**
 * A browser says so with one header or the other: what a page loads as a script or an image has no `Origin`, and a page whose
 * name leads here by a trick of its name server needs none. `none` stands for an address that somebody has typed.
 */
function isWebPage({ origin, host = '', 'sec-fetch-site': site = 'none' }: IncomingHttpHeaders): boolean {
  return origin !== undefined || site !== 'none' || !isLocalName(host.replace(/:\d+$/, ''));
}
