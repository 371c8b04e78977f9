/** The ways in which a connection can be broken on purpose, and when: tables. */

/** When a connection is cut. `connect` and `now` are no messages: the connection is fresh, or the test says so. */
export const CUT_PHASES = [
  'connect',
  'before-ready',
  'after-ready',
  'after-ack',
  'before-processed',
  'after-processed',
  'before-complete',
  'now',
] as const;

/** When a connection is cut: now, on connecting, or beside a message of PROTOCOL §3. */
export type CutPhase = (typeof CUT_PHASES)[number];

/** What each way of cutting does, and whether anything can be said to the worker after it. */
export const CUT_FORMS = {
  'server-disconnect': { endsTalk: true, means: 'a Socket.IO disconnect: the worker does not reconnect by itself' },
  'transport-close': { endsTalk: true, means: 'the transport is closed cleanly, without a Socket.IO disconnect' },
  reset: { endsTalk: true, means: 'the TCP connection is reset' },
  'half-open': { endsTalk: true, means: 'the socket stays open, but the server no longer receives or sends anything' },
  stall: { endsTalk: false, means: 'the server stops reading, so the buffers of the worker fill' },
  'mute-pings': { endsTalk: false, means: 'the heartbeats stop, so the worker gets "ping timeout"' },
} as const satisfies Record<string, { endsTalk: boolean; means: string }>;

/** In which way a connection is cut. */
export type CutForm = keyof typeof CUT_FORMS;
