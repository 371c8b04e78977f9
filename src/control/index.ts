/** Both sides of the control protocol, loaded together when the first client or serving fixture needs it. */

export { connectTo } from './client.js';
export { serveControl } from './server.js';
