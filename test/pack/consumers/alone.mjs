/** Whoever needs no server loads none: the core and the matchers come without Socket.IO. */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

// Socket.IO is CommonJS: also what is imported of it stands here.
const { cache } = createRequire(import.meta.url);
const parts = () => Object.keys(cache).filter((file) => /node_modules\/(socket|engine)\.io|dist\/socket-io/.test(file));

const { matchers } = await import('echo-sts/matchers');
await import('echo-sts/core');
assert.equal(typeof matchers.toHaveReceived, 'function');
assert.deepEqual(parts(), []);
await import('echo-sts');
assert.notEqual(parts().length, 0, 'this would show nothing if it could not see Socket.IO');
assert.deepEqual(
  parts().filter((file) => file.includes('socket.io-client')),
  [],
);
process.stdout.write('the core and the matchers load no Socket.IO\n');
