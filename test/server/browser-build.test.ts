/** A runner for browser code may hand out the browser build of `ws`, which cannot serve. */

import { createEchoSts } from 'echo-sts';
import { expect, it, vi } from 'vitest';
import { readPage } from '../support/page.js';
import { rejection } from '../support/rejection.js';

vi.mock('socket.io', () => ({
  Server: class {
    constructor() {
      // What engine.io says then.
      throw new TypeError('this.opts.wsEngine is not a constructor');
    }
  },
}));

it('createEchoSts says what to set when it was given a `ws` for browsers', async () => {
  const error = await rejection(createEchoSts());
  expect(error).toMatchObject({ name: 'EchoStsError', code: 'LISTEN_FAILED', cause: expect.any(TypeError) });
  expect(error.message).toContain("customExportConditions: ['node', 'node-addons']");
  expect(readPage('docs/troubleshooting.md').text).toContain(`EchoStsError: ${error.message}\n`);
});
