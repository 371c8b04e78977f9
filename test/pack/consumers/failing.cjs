/** Tests of jest that fail, for `failing-jest.cjs`. */

const { useEchoSts } = require('echo-sts/jest');
const { io } = require('socket.io-client');

const sts = useEchoSts();

beforeEach(async () => {
  const worker = io(sts.url, { transports: ['websocket'] });
  await worker.emitWithAck('stream:init', { stream_id: 'news', worker_id: 'w-1', config: {} });
});

test('fails by itself', () => {
  expect('what came').toBe('what was expected');
});

test('fails by itself, and misses something', () => {
  sts.expectEvent({ event: 'stream:end' });
  throw new Error('the error of the test');
});

test('misses something', () => void sts.expectEvent({ event: 'stream:end' }));

test('passes', () => void sts.expectEvent({ event: 'stream:init' }));
