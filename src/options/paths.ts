/** Paths: what makes two of them the same, and where control clients find the fixture. */

/** In the URL, where their Socket.IO server is. */
export const CONTROL_PATH = '/control/';
/** The namespace of that server. */
export const CONTROL_NAMESPACE = '/control';
/** Bytes; a larger message closes the connection. */
export const LARGEST_CALL = 16 * 1024 * 1024;

/** A path is the same with a slash at its end and without. */
export function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}
