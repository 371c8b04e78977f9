/** What is loaded with the first control client or the first fixture that serves one: both sides, in one piece. */

export { connectTo } from './client.js';
export { serveControl } from './server.js';
