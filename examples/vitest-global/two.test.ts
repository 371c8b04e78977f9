/** A file that only needs to know where the server is. */

import type {} from 'echo-sts/vitest/global-setup';
import { expect, inject, test } from 'vitest';
import { dub } from './worker.js';

test('the audio comes back byte for byte', async () => {
  expect(process.env.ECHO_STS_URL).toBe(inject('echoStsUrl'));
  expect(await dub(inject('echoStsUrl'), 'two/news', ['QUJD'])).toEqual(['QUJD']);
});
