/** What is for processes of this machine alone: whether somebody is one, and knows the token. */

import { createHash, timingSafeEqual } from 'node:crypto';

export function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address) || address === '::1';
}

/** A page whose name leads here by a trick of its name server sends no `Origin` with its first request. */
export function isLocalName(host = ''): boolean {
  const name = host.replace(/:\d+$/, '');
  return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

/** In a time that says nothing about how much of it is right. */
export function isSame(expected: string, actual: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(actual));
}
