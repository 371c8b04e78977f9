/** Asks for what is loaded later while no file can be opened, twice, and once more when that is over. Prints what came of it. */

import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';

const { createEchoSts, connectEchoSts } = await import(`../../../dist/${process.argv[2]}`);

const sts = await createEchoSts();
// Who has a connection already needs no descriptor for it.
const sockets = await Promise.all([dial(), dial(), dial()]);
const held = [];
const results = { '/metrics': [], 'connectEchoSts()': [] };

for (const socket of sockets) {
  const isLast = socket === sockets.at(-1);
  if (isLast) for (const descriptor of held) closeSync(descriptor);
  else fill();
  results['/metrics'].push(await metrics(socket));
  if (!isLast) fill();
  // No control is served: that it is not found shows that its client has been loaded.
  results['connectEchoSts()'].push(await connectEchoSts(sts.url).catch(({ message }) => message));
}
process.stdout.write(JSON.stringify(results));
await sts.close();

function fill() {
  try {
    for (;;) held.push(openSync('/dev/null'));
  } catch {}
}

/** A connection that the server has accepted: it has answered on it. */
function dial() {
  return new Promise((resolve) => {
    const socket = connect(sts.port, '127.0.0.1');
    socket.write('GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    socket.once('data', () => resolve(socket));
  });
}

async function metrics(socket) {
  socket.write('GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}
