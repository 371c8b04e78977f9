/** A control client that is killed is missed after ten seconds, which are real. */

import { describe, expect, it } from 'vitest';
import { useChildren } from '../support/child.js';
import { useHandles } from '../support/handles.js';
import { watchHost } from '../support/host.js';

watchHost();
const run = useChildren();
const { start, join, connect } = useHandles();

describe('a control client that goes', () => {
  it('is let go of ten seconds after it was killed, but not while its fixture is down', {
    timeout: 30_000,
  }, async () => {
    const down = await connect((await start({ control: true })).controlUrl);
    const rule = await down.addErrorRule({ when: {}, code: 'TIMEOUT' });
    const restarted = down.restart({ downForMs: 11_000 });
    const sts = await start({ control: true });
    const child = run('control.ts', sts.controlUrl ?? '');
    expect(await child.line()).toEqual({ sessions: 0 });
    const worker = await join(sts);
    await worker.init({ stream_id: 'mine/1' });
    const killedAt = process.uptime();
    child.process.kill('SIGKILL');
    await sts.waitFor('disconnect', { streamId: 'mine/1', timeoutMs: 20_000 });
    expect(process.uptime() - killedAt).toBeGreaterThan(9.9);
    expect(await worker.next('disconnect')).toBe('io server disconnect');
    await sts.verify();
    await restarted;
    expect(await rule.hits).toBe(0);
  });
});
