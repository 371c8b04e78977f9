/** Where control clients find the fixture, and how much they may say at once: what both sides of `control/` go by. */

/** In the URL, where their Socket.IO server is. */
export const CONTROL_PATH = '/control/';
/** The namespace of that server. */
export const CONTROL_NAMESPACE = '/control';
/** Bytes; a larger message closes the connection. */
export const LARGEST_CALL = 16 * 1024 * 1024;
