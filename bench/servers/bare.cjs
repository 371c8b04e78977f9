/** Bare Socket.IO as `bare.mjs` starts it, but required: for how long that takes. It serves nobody. */

const { createServer } = require('node:http');
const { Server } = require('socket.io');

exports.start = async () => {
  const http = createServer();
  const io = new Server(http, { serveClient: false, maxHttpBufferSize: 52_428_800 });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${http.address().port}`, close: () => io.close() };
};
