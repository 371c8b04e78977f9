/** What `ws` exports for others that read or make frames, such as Socket.IO's adapter, but does not declare. */

import 'ws';

declare module 'ws' {
  export const Sender: {
    /** Returns the header of a frame, and the body itself if it is not masked. */
    frame(body: Buffer, options: FrameOptions): [header: Buffer, body: Buffer];
  };

  /** Reads frames. */
  export class Receiver {}

  export interface FrameOptions {
    readonly fin: boolean;
    readonly opcode: number;
    readonly mask: boolean;
    readonly rsv1: boolean;
    readonly readOnly: boolean;
  }
}
