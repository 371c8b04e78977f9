/** Uses a fixture in one of many ways, closes it, and does nothing more: the process has to exit by itself, at once. */

import { Agent, request } from 'node:http';
import { type CutForm, connectEchoSts, createEchoSts, type EchoSts, type EchoStsError, manualClock } from 'echo-sts';
import { connect, fragment, type TestWorker } from '../../support/client.js';
import { dial, dialSocketIo, type RawPeer } from '../../support/raw-peer.js';
import { secondsOf } from '../../support/seconds.js';
import { report } from './report.js';

const STREAM = { stream_id: 'stream-1' };
const POLL = '/socket.io/?EIO=4&transport=polling';

/** What is still there after that is left behind. */
const PATIENCE_S = 5;

/** What is left to look at after the close: peers, which the server has to have let go of, and a promise. */
interface Rest {
  readonly peer?: RawPeer;
  readonly answer?: Promise<unknown>;
}

const codeOf = ({ code }: EchoStsError) => code;

/** What is done between start and close. */
const USES: Readonly<Record<string, (sts: EchoSts) => Promise<Rest>>> = {
  'is not used': async () => ({}),
  'has a worker that streams over WebSocket': (sts) => stream(sts, ['websocket']),
  'has a worker that streams over polling': (sts) => stream(sts, ['polling']),
  'has a worker that streams over both': (sts) => stream(sts, ['polling', 'websocket']),
  'has a completed stream whose worker lingers': async (sts) => {
    const worker = await connect(sts.url, { reconnection: true });
    await worker.init();
    await worker.socket.emitWithAck('stream:end', STREAM);
    return {};
  },
  'has a fragment in flight for ten minutes': async (sts) => {
    sts.setDelay(600_000);
    await inFlight(sts, 0);
    return {};
  },
  'has a fragment held behind a gap': async (sts) => {
    await inFlight(sts, 1);
    return {};
  },
  'has lost a worker with a fragment in flight': async (sts) => {
    sts.setDelay(600_000);
    (await inFlight(sts, 0)).close();
    await sts.waitForSession({ state: 'closed' });
    return {};
  },
  'is being waited for': async (sts) => ({
    answer: sts.waitForSession({ streamId: 'never', timeoutMs: 2 ** 31 - 1 }).catch(codeOf),
  }),
  'was waited for in vain': async (sts) => ({
    answer: Promise.resolve(await sts.waitForSession({ timeoutMs: 1 }).catch(codeOf)),
  }),
  'has an entry awaited that never comes, by a wait and by an iteration': async (sts) => {
    const options = { timeoutMs: 2 ** 31 - 1 };
    await inFlight(sts, 1);
    const waits = [sts.waitFor('gap', options).catch(codeOf), sts.idle(options).catch(codeOf)];
    const entries = sts.entries({ event: 'gap' });
    return { answer: Promise.all([...waits, entries.next().then(({ done }) => done)]) };
  },
  'was iterated over, and nobody has said that it is enough': async (sts) => {
    await inFlight(sts, 1);
    await sts.entries().next();
    return {};
  },
  'has something due on a manual clock': async (sts) => {
    await inFlight(sts, 1);
    await sts.clock.advance(10);
    return {};
  },
  'is closed while a manual clock moves': async (sts) => {
    await inFlight(sts, 1);
    return { answer: sts.clock.runToIdle() };
  },
  'has something in flight on the global clock': async (sts) => {
    sts.setDelay(600_000);
    await inFlight(sts, 0);
    return {};
  },
  'was reset': async (sts) => {
    await inFlight(sts, 1);
    await sts.reset();
    return {};
  },
  'has a peer that says nothing': async ({ port }) => ({ peer: await dial(port) }),
  'has a peer that stops in the middle of a request': async ({ port }) => {
    const peer = await dial(port);
    peer.write('POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
    return { peer };
  },
  'has a peer that asked for a WebSocket and nothing else': async ({ port }) => {
    const peer = await dial(port);
    peer.upgrade('/socket.io/?EIO=4&transport=websocket');
    await peer.until('pingTimeout');
    return { peer };
  },
  'has a peer that asked for a WebSocket elsewhere': async ({ port }) => {
    const peer = await dial(port);
    peer.upgrade('/elsewhere');
    await peer.until('404');
    return { peer };
  },
  'has a WebSocket peer that answers nothing': async ({ port }) => ({ peer: await dialSocketIo(port) }),
  'has a WebSocket peer that reads nothing': async ({ port }) => {
    const peer = await dialSocketIo(port);
    peer.socket.pause();
    return { peer };
  },
  'has a polling peer that polls and never comes back': async ({ port }) => {
    const session = await openByPolling(port);
    const poll = fetchText(port, session);
    // Answered after the poll has come in.
    await fetchText(port, session, '42["no:such:event"]');
    return { answer: poll };
  },
  'has a polling peer that does not poll': async ({ port }) => {
    await openByPolling(port);
    return {};
  },
  'has a polling peer that begins to upgrade': async ({ port }) => {
    const session = await openByPolling(port);
    const peer = await dial(port);
    peer.upgrade(session.replace('polling', 'websocket'));
    await peer.until('101 Switching');
    peer.send('2probe');
    await peer.until('3probe');
    return { peer };
  },
  'has a polling peer that was hung up on': async (sts) => {
    const session = await openByPolling(sts.port);
    const init = { ...STREAM, worker_id: 'w', config: {} };
    const packets = ['stream:init', 'stream:end'].map((event) => `42${JSON.stringify([event, init])}`);
    await fetchText(sts.port, session, packets.join('\x1e'));
    await fetchText(sts.port, session);
    await sts.waitForSession({ state: 'closed' });
    return {};
  },
  'has broken a connection by server-disconnect': (sts) => broken(sts, 'server-disconnect'),
  'has broken a connection by transport-close': (sts) => broken(sts, 'transport-close'),
  'has broken a connection by reset': (sts) => broken(sts, 'reset'),
  'has broken a connection by half-open': (sts) => broken(sts, 'half-open'),
  'has broken a connection by stall': (sts) => broken(sts, 'stall'),
  'has broken a connection by mute-pings': (sts) => broken(sts, 'mute-pings'),
  'was restarted under a worker': async (sts) => {
    const { answer } = await stream(sts, ['websocket'], { reconnection: false });
    await sts.restart();
    await stream(sts, ['websocket']);
    return { answer };
  },
  'is down for ten minutes': async (sts) => {
    const { answer: gone } = await stream(sts, ['polling'], { reconnection: false });
    const answer = sts.restart({ downForMs: 600_000 }).catch(codeOf);
    await gone;
    return { answer };
  },
  'is closed abruptly': (sts) => stream(sts, ['websocket'], { reconnection: false }),
  'found its port taken': async ({ port }) => ({ answer: createEchoSts({ port }).catch(codeOf) }),
  'is controlled by a client that has closed': async (sts) => {
    const remote = await connectEchoSts(sts.controlUrl);
    await remote.scope({ streamId: 'a' });
    await remote.close();
    return {};
  },
  'is controlled by a client that waits': async (sts) => {
    const remote = await connectEchoSts(sts.controlUrl);
    const wait = remote.waitFor('gap', { timeoutMs: 2 ** 31 - 1 }).catch(codeOf);
    return {
      answer: Promise.all([
        wait,
        remote
          .entries()
          .next()
          .then(({ done }) => done),
      ]),
    };
  },
  'is controlled by a client that has gone without a word': async (sts) => {
    const peer = await dial(sts.port);
    peer.upgrade('/control/?EIO=4&transport=websocket');
    await peer.until('pingTimeout');
    peer.send('40/control,{"version":1,"client":"c-1"}');
    await peer.until('40/control,{"sid"');
    peer.send('42/control,0["call",{"on":"fixture","name":"waitFor","args":["gap"]}]');
    peer.destroy();
    return {};
  },
  'is controlled by a polling client that does not poll': async (sts) => {
    const session = await openByPolling(sts.port, POLL.replace('socket.io', 'control'));
    await fetchText(sts.port, session, '40/control,{"version":1,"client":"c-1"}');
    return {};
  },
  'has a neighbour that preferred its port': async ({ port }) => {
    await (await createEchoSts({ port: [port] })).close();
    return {};
  },
};

async function broken(sts: EchoSts, how: CutForm): Promise<Rest> {
  const rest = await stream(sts, ['websocket'], { reconnection: false });
  sts.cut({ at: 'now', how });
  return rest;
}

async function stream(sts: EchoSts, transports: string[], { reconnection } = { reconnection: true }) {
  const worker = await connect(sts.url, { transports, reconnection });
  await worker.init();
  worker.send('fragment:data', fragment(0));
  await worker.next('fragment:processed');
  return { answer: worker.next('disconnect') };
}

async function inFlight(sts: EchoSts, number: number): Promise<TestWorker> {
  const worker = await connect(sts.url, { reconnection: true });
  await worker.init();
  worker.send('fragment:data', fragment(number));
  await worker.next('fragment:ack');
  return worker;
}

/** The path of a Socket.IO session over polling. */
async function openByPolling(port: number, path = POLL): Promise<string> {
  const { sid } = JSON.parse((await fetchText(port, path)).slice(1));
  const session = `${path}&sid=${sid}`;
  await fetchText(port, session, '40');
  await fetchText(port, session);
  return session;
}

/** A GET, or with a body a POST, on a connection of its own. */
function fetchText(port: number, path: string, body?: string): Promise<string> {
  const options = { host: '127.0.0.1', port, path, agent: new Agent(), method: body === undefined ? 'GET' : 'POST' };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => response.toArray().then((chunks) => resolve(chunks.join('')), reject));
    sent.on('error', reject);
    sent.end(body);
  });
}

function listeners(): number {
  return process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
}

/**
 * What keeps the process alive, but for the pipe to the test. A client's own timers of 0 ms get the turns they need, and
 * the loader of the sources the time to write what it has compiled.
 */
async function resources(): Promise<string[]> {
  const endsAt = process.uptime() + PATIENCE_S;
  for (let turn = 0; ; turn += 1) {
    await new Promise(setImmediate);
    const left = process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap');
    if ((left.length === 0 && turn >= 2) || process.uptime() > endsAt) return left;
  }
}

for (const [use, run] of Object.entries(USES)) {
  const listenersBefore = listeners();
  const clock = use.includes('manual clock') ? manualClock() : use.endsWith('global clock') ? 'global' : 'real';
  const sts = await createEchoSts({
    autoCloseMs: use.endsWith('was hung up on') ? 1 : 5000,
    clock,
    control: use.startsWith('is controlled'),
  });
  const { peer, answer } = await run(sts);
  const closeTakesTooLong = (await secondsOf(() => sts.close({ abrupt: use.endsWith('abruptly') }))) > 1;
  peer?.socket.resume();
  await peer?.closed;
  const facts = { answer: await answer, newListeners: listeners() - listenersBefore, left: await resources() };
  report({ use, closeTakesTooLong, ...facts });
}
const doneAt = process.uptime();
process.once('exit', () => report({ exitTakesTooLong: process.uptime() - doneAt > 1 }));
