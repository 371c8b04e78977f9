/** Who is a process of this machine, as far as no test can come from elsewhere. */

import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { isSame, whyNotLocal } from '../../src/server/local-only.js';

const HOST = { host: '127.0.0.1:8000' };

function reason(address: string, headers: IncomingHttpHeaders = HOST): string | undefined {
  return whyNotLocal({ address, headers });
}

describe('a process of this machine', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('may ask from %s', (address) => {
    expect(reason(address)).toBeUndefined();
  });

  it.each(['192.168.0.7', '10.127.0.1', '::ffff:10.0.0.1', 'fe80::1', '::', '1127.0.0.1', '127.0.0.1.example', ''])(
    'does not ask from %s',
    (address) => expect(reason(address)).toMatch(/^only this machine has access, and .* is another; connect/),
  );

  it.each(['localhost', 'localhost:8000', '127.0.0.1', '[::1]:8000'])('may ask for %s', (host) => {
    expect(reason('127.0.0.1', { host })).toBeUndefined();
  });

  it.each(['', 'example.org', 'localhost.example.org', '127.0.0.1.example.org:80', '[::2]', undefined])(
    'does not ask for %o',
    (host) => expect(reason('127.0.0.1', { host })).toMatch(/^web pages have no access; connect from a process/),
  );

  it.each([
    { origin: 'http://127.0.0.1:5173' },
    { origin: 'null' },
    { origin: '' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': '' },
  ])('sends no %o', (headers) => {
    expect(reason('127.0.0.1', { ...HOST, ...headers })).toMatch(/^web pages have no access; connect from a process/);
  });

  it('may be a person who types the address into a browser', () => {
    expect(reason('127.0.0.1', { ...HOST, 'sec-fetch-site': 'none' })).toBeUndefined();
  });
});

describe('a token', () => {
  it.each([
    ['secret', 'secret', true],
    ['secret', 'secre', false],
    ['secret', 'secret ', false],
    ['secret', '', false],
    ['secret', undefined, false],
    ['secret', ['secret'], false],
    ['5', 5, false],
    ['ä', 'a\u0308', false],
  ])('%o and %o: %s', (expected, actual, isIt) => expect(isSame(expected, actual)).toBe(isIt));
});
