/** The same in CommonJS. */

const assert = require('node:assert/strict');

const parts = () =>
  Object.keys(require.cache).filter((file) => /node_modules\/(socket|engine)\.io|dist\/socket-io/.test(file));

const { matchers } = require('echo-sts/matchers');
require('echo-sts/core');
assert.equal(typeof matchers.toHaveReceived, 'function');
assert.deepEqual(parts(), []);
require('echo-sts');
assert.notEqual(parts().length, 0, 'this would show nothing if it could not see Socket.IO');
assert.deepEqual(
  parts().filter((file) => file.includes('socket.io-client')),
  [],
);
process.stdout.write('the core and the matchers load no Socket.IO\n');
