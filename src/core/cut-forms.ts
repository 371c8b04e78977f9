/** When things happen by plan, and how a connection can be broken on purpose: tables. */

/**
 * When a connection is cut. `connect` (the connection has just opened) and `now` (the test says so) belong to no
 * message.
 */
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

/** When a connection is cut: now, on connecting, or just before or after a message of PROTOCOL §3. */
export type CutPhase = (typeof CUT_PHASES)[number];

/** A phase that a plan can name: any but `now`. */
export type PlannedPhase = Exclude<CutPhase, 'now'>;

/** The phases that have to do with one fragment. */
export const FRAGMENT_CUT_PHASES = [
  'after-ack',
  'before-processed',
  'after-processed',
] as const satisfies readonly CutPhase[];

/** Before or after a message about one fragment. */
export type FragmentCutPhase = (typeof FRAGMENT_CUT_PHASES)[number];

/** The phases in which the stream is open, so that it can get a `backpressure`. */
export const SIGNAL_PHASES = ['after-ready', ...FRAGMENT_CUT_PHASES] as const satisfies readonly CutPhase[];

/** When a planned `backpressure` is sent. */
export type SignalPhase = (typeof SIGNAL_PHASES)[number];

/** What each form of cut does, and whether it ends all communication with the worker (`endsTalk`). */
export const CUT_FORMS = {
  'server-disconnect': { endsTalk: true, means: 'a Socket.IO disconnect: the worker does not reconnect by itself' },
  'transport-close': { endsTalk: true, means: 'the transport is closed cleanly, without a Socket.IO disconnect' },
  reset: { endsTalk: true, means: 'the TCP connection is reset' },
  'half-open': { endsTalk: true, means: 'the socket stays open, but the server no longer receives or sends anything' },
  stall: { endsTalk: false, means: 'the server stops reading, so the buffers of the worker fill' },
  'mute-pings': { endsTalk: false, means: 'the heartbeats stop, so the worker gets "ping timeout"' },
} as const satisfies Record<string, { endsTalk: boolean; means: string }>;

/** How a connection is cut. */
export type CutForm = keyof typeof CUT_FORMS;
