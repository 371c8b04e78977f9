/** Where a control client may come from, as far as no test can come from there. */

import type { Socket } from 'socket.io';
import { describe, expect, it } from 'vitest';
import { checkAdmission } from '../../src/control/admission.js';

/** Of a client of the right version. */
function refusalOf(address: string, host = '127.0.0.1:8000'): string | undefined {
  const auth = { version: 1, client: 'c-1' };
  return checkAdmission(
    { handshake: { address, headers: { host }, auth, query: {} } } as unknown as Socket,
    undefined,
    true,
  )?.data.message;
}

describe('a control client', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('may come from %s', (address) => {
    expect(refusalOf(address)).toBeUndefined();
  });

  it.each(['192.168.0.7', '10.127.0.1', '::ffff:10.0.0.1', 'fe80::1', '::', '1127.0.0.1', '127.0.0.1.example', ''])(
    'may not come from %s',
    (address) => expect(refusalOf(address)).toMatch(/^Control is for this machine alone, and .* is another; run/),
  );

  it.each(['localhost', 'localhost:8000', '127.0.0.1', '[::1]:8000'])('may call the fixture %s', (host) => {
    expect(refusalOf('127.0.0.1', host)).toBeUndefined();
  });

  it.each(['', 'example.org', 'localhost.example.org', '127.0.0.1.example.org:80', '[::2]'])(
    'may not call it %o',
    (host) => expect(refusalOf('127.0.0.1', host)).toMatch(/^A web page may not control the fixture/),
  );
});
