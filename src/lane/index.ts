/**
 * The fast lane: large fragments cross the server as bytes. Making and collecting large strings costs V8 more than
 * everything else that is done to a fragment, so no string of their audio is made.
 *
 * In. `ws` puts a text frame together in a buffer of the pool (web-socket.ts) and frees what it was read into
 * (read-buffers.ts), takes the mask off eight bytes at a time (mask.ts), and checks that it is UTF-8. engine.io passes a
 * buffer on untouched. The decoder (decoder.ts) looks for `"data_base64":"`, puts a placeholder where the audio seems to
 * be, and has Socket.IO decode the rest.
 *
 * Why a wrong payload cannot pass. The short cut is taken only if `data_base64` of the `audio` of a `fragment:data` then
 * is the placeholder, whichever of two is put in: so what stood in its place is that field, whatever else the text
 * contains. And only if what stood there is standard base64, which has no escapes: so its characters are its value.
 * Every other text goes to Socket.IO whole, and gets the same reply as without the lane.
 *
 * Through. `data_base64` is a string for everybody who reads it, but it is made only then (audio-text.ts of the audio
 * room). Size and hash come from the pass that checks the base64.
 *
 * Out. Socket.IO encodes the result with a placeholder, the audio is copied into its place, and everything that follows
 * from one moment leaves in one write (outgoing.ts). Over polling, or with compression, the text is made instead.
 *
 * Back. A buffer returns to the pool only when nobody can read it any more: an answer, when it is written; a message,
 * when its result is out and no function of the caller's and no fault may use the audio again. If in doubt, it is left
 * to the garbage collector. In tests every buffer is overwritten when it is given back.
 */

import type { ServerOptions } from 'socket.io';
import { LaneDecoder } from './decoder.js';
import { laneSettings } from './lane-settings.js';
import { Encoder } from './packages.js';
import { LaneServer } from './web-socket.js';

export { frameBytes, giveBack, sendInOneWrite } from './outgoing.js';

/** The options of a Socket.IO server that make large fragments take the lane. */
export function laneOptions(): Partial<ServerOptions> {
  return laneSettings.isUsed ? { wsEngine: LaneServer, parser: { Encoder, Decoder: LaneDecoder } } : {};
}
