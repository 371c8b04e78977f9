/** Tests that share a server with each other, and pass. */

import { sharedTest as test } from 'echo-sts/vitest';
import { expect, inject } from 'vitest';
import { begin, send } from './worker.js';

test.concurrent.for([1, 2, 3, 4])(
  'beside others sees its own worker alone, %i',
  async (n, { url, sts, streamPrefix, server }) => {
    expect(url).toBe(inject('echoStsUrl'));
    if (n === 1) await sts.addErrorRule({ when: {}, code: 'GPU_OOM' });
    send(await begin(url, `${streamPrefix}news`), 0, `${streamPrefix}news`);
    const { payload } = await sts.waitFor('fragment:processed');
    expect(payload.status).toBe(n === 1 ? 'failed' : 'success');
    await expect.poll(async () => (await server.sessions).length).toBeGreaterThanOrEqual(4);
    expect((await sts.sessions).map(({ streamId }) => streamId)).toEqual([`${streamPrefix}news`]);
  },
);
