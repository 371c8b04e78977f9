/** A test file with the matchers, run by vitest, and with another first import by jest: a stream from begin to end. */

import { createEchoSts } from 'echo-sts';
import { matchers } from 'echo-sts/matchers';
import { io } from 'socket.io-client';
import { expect, test } from 'vitest';

expect.extend(matchers);

test('the matchers tell what a worker did', async () => {
  const sts = await createEchoSts();
  const worker = io(sts.url, { transports: ['websocket'] });
  await worker.emitWithAck('stream:init', { stream_id: 'news', worker_id: 'w-1', config: {} });
  const result = new Promise((resolve) => worker.once('fragment:processed', resolve));
  const audio = { sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: 'QUJD' };
  const sent = { fragment_id: 'f-0', stream_id: 'news', sequence_number: 0, timestamp: Date.now(), audio };
  await worker.emitWithAck('fragment:data', sent);
  expect(await result).toBeByteExact(sent);
  await worker.emitWithAck('stream:end', { stream_id: 'news' });

  expect(sts).toHaveReceived('fragment:data', { audio: { bytes: expect.any(Number) } }, { times: 1 });
  expect(sts).not.toHaveReceived('stream:pause');
  expect(() => expect(sts).toHaveReceived('stream:pause')).toThrow(
    /^expected the service to have received `stream:pause`/,
  );
  expect(sts).toHaveEchoedInOrder();
  expect(sts).toHaveCompleted();
  expect(sts.session('news')).toHaveNoViolations();
  worker.disconnect();
  await sts.close();
});
