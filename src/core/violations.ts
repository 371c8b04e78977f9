/** What a worker can do wrong: one row per kind. */

/** What each kind of violation means, and the section of PROTOCOL that it offends. */
export const VIOLATIONS = {
  'exceeded-max-inflight': { means: 'sent a fragment while `max_inflight` were in flight already', section: '§6.5' },
  'sent-while-told-to-pause': { means: 'sent a fragment after it had heard `action: "pause"`', section: '§3' },
  'ignored-recommended-delay': {
    means: 'heard `slow_down`, and sent a fragment less than `recommended_delay_ms` after the one before it',
    section: '§3',
  },
  'reused-sequence-number': { means: 'sent a number or a `fragment_id` that was taken before', section: '§6.4' },
  'skipped-sequence-number': { means: 'left a number out, or sent one too far ahead', section: '§6.3' },
  'retried-final-failure': { means: 'sent a fragment again whose failure was not retryable', section: '§6.4' },
  'resent-success': { means: 'sent a fragment again that had succeeded', section: '§6.4' },
  'sent-after-end': { means: 'sent more after `stream:end` than `fragment:ack`', section: '§6.7' },
  'acked-unknown-fragment': { means: 'acknowledged a fragment that was never taken', section: '§2' },
  'invalid-payload': {
    means: 'sent a payload with missing or mistyped fields, or audio beyond the limit',
    section: '§6.14',
  },
  'unfit-audio': {
    means: 'with `audioCheck`: sent audio that is not of the format or length that it states',
    section: '§2',
  },
  'left-unanswered': { means: 'went without `stream:end` while fragments were in flight', section: '§4' },
  'out-of-place': { means: 'sent an event that its state does not allow', section: '§4' },
  'foreign-stream': { means: 'named a stream that is not the one of its connection', section: '§6.10' },
  'oversized-message': {
    means: 'sent a message larger than `maxMessageBytes`, which ends the connection',
    section: '§1',
  },
  'unreadable-packet': { means: 'sent what no Socket.IO server reads, which ends the connection', section: '§1' },
  'unread-backlog': {
    means: 'let more than `maxUnreadBytes` wait and read nothing, which ends the connection',
    section: '§1',
  },
  'unknown-event': { means: 'sent an event that the protocol does not have', section: '§6.15' },
} as const satisfies Record<string, { means: string; section: string }>;

/** What a worker can do wrong, by the rules of PROTOCOL §§2–6. */
export type ViolationKind = keyof typeof VIOLATIONS;
