/** A jest test in CommonJS: a fixture for the file, closed when it has ended. */

const { createEchoSts } = require('echo-sts');
const { useEchoSts } = require('echo-sts/jest');
const { io } = require('socket.io-client');

const ofEachTest = useEchoSts({ maxInflight: 2 });
let sts;
beforeAll(async () => {
  sts = await createEchoSts({ port: { from: 20_000, to: 30_000 } });
});
afterAll(() => sts.close());

test('a worker begins its stream with the fixture of the file', () => begin(sts, 3));

test('a worker begins its stream with the fixture of the test', () => begin(ofEachTest, 2));

async function begin({ url, session }, maxInflight) {
  const worker = io(url, { transports: ['websocket'] });
  const init = { stream_id: 'news', worker_id: 'w-1', config: {} };
  const ready = await new Promise((resolve) => worker.emit('stream:init', init, resolve));
  expect(ready.max_inflight).toBe(maxInflight);
  expect(session('news').state).toBe('active');
  worker.disconnect();
}
