/** Where each request goes. */

import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { INTERNAL_CONTROL_PATH, type Route, routeOf, SOCKET_IO_PATH } from '../../src/server/route.js';

const PATHS = ['/socket.io/', '/ws/sts/'];

function route(url: string, headers: IncomingHttpHeaders = {}, address = '127.0.0.1', control = true): Route {
  return routeOf({ url, headers: { host: '127.0.0.1:80', ...headers }, address }, { paths: PATHS, control });
}

describe('a request', () => {
  it.each([
    ['/socket.io/?EIO=4', { to: 'workers', url: `${SOCKET_IO_PATH}?EIO=4` }],
    ['/ws/sts?EIO=4&a=?', { to: 'workers', url: `${SOCKET_IO_PATH}?EIO=4&a=?` }],
    ['/ws/sts/', { to: 'workers', url: SOCKET_IO_PATH }],
    ['/control/?EIO=4', { to: 'control', url: `${INTERNAL_CONTROL_PATH}?EIO=4` }],
    ['/control', { to: 'control', url: INTERNAL_CONTROL_PATH }],
    ['/ws/sts/more', { to: 'pages' }],
    ['/health?j=0', { to: 'pages' }],
    ['', { to: 'pages' }],
    [SOCKET_IO_PATH, { to: 'pages' }],
  ] satisfies [string, Route][])('for %o', (url, expected) => expect(route(url)).toEqual(expected));

  it('for control finds the pages where control is off', () => {
    expect(route('/control/?EIO=4', {}, '127.0.0.1', false)).toEqual({ to: 'pages' });
  });

  it.each(['/socket.io/?EIO=4&transport=polling&j=0', '/ws/sts?j=', '/ws/sts?j', '/control/?sid=abc&j=0'])(
    'for a script (%s) gets none',
    (url) => {
      const message = 'JSONP is not served: connect by websocket, or by polling without the parameter `j`.';
      expect(route(url)).toEqual({ to: 'refusal', refusal: { status: 400, message } });
    },
  );

  it.each(['/control', '/control/?EIO=4&transport=polling&sid=abc', '/control/?EIO=4&transport=websocket&sid=abc'])(
    'for %s is refused to a web page and to another machine, whichever of a session it is',
    (url) => {
      for (const asked of [{ origin: 'http://127.0.0.1' }, { 'sec-fetch-site': 'same-site' }, { host: 'a.example' }]) {
        const message = expect.stringMatching(/^Control is refused: web pages have no access; connect/);
        expect(route(url, asked)).toEqual({ to: 'refusal', refusal: { status: 403, message } });
      }
      const message = expect.stringMatching(/^Control is refused: only this machine has access, and/);
      expect(route(url, {}, '10.0.0.1')).toEqual({ to: 'refusal', refusal: { status: 403, message } });
    },
  );

  it('of a worker is nobody else’s business: `cors` says which pages may connect', () => {
    expect(route('/socket.io/', { origin: 'http://elsewhere' }, '10.0.0.1')).toMatchObject({ to: 'workers' });
  });
});
