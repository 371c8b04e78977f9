/** What a worker can do wrong: one row per kind. */

/** What each kind of violation means, and the section of PROTOCOL that it breaks. */
export const VIOLATIONS = {
  'exceeded-max-inflight': { means: 'sent a fragment when `max_inflight` were already in flight', section: '§6.5' },
  'sent-while-told-to-pause': { means: 'sent a fragment after receiving `action: "pause"`', section: '§3' },
  'ignored-recommended-delay': {
    means: 'sent a fragment less than `recommended_delay_ms` after the previous one, after receiving `slow_down`',
    section: '§3',
  },
  'reused-sequence-number': { means: 'sent a number or a `fragment_id` that was already accepted', section: '§6.4' },
  'skipped-sequence-number': { means: 'skipped a number, or sent one too far ahead', section: '§6.3' },
  'retried-final-failure': { means: 'resent a fragment whose failure was not retryable', section: '§6.4' },
  'resent-success': { means: 'resent a fragment that had succeeded', section: '§6.4' },
  'sent-after-end': { means: 'sent anything but `fragment:ack` after `stream:end`', section: '§6.7' },
  'acked-unknown-fragment': { means: 'acknowledged a fragment that was never accepted', section: '§2' },
  'invalid-payload': {
    means: 'sent a payload with missing or mistyped fields, or audio over the limit',
    section: '§6.14',
  },
  'unfit-audio': {
    means: 'with `audioCheck`: sent audio whose format or length differs from what its fields say',
    section: '§2',
  },
  'left-unanswered': { means: 'disconnected without `stream:end` while fragments were in flight', section: '§4' },
  'out-of-place': { means: 'sent an event that the state of its session does not allow', section: '§4' },
  'foreign-stream': { means: 'named a stream that does not belong to its connection', section: '§6.10' },
  'oversized-message': {
    means: 'sent a message larger than `maxMessageBytes`, which ends the connection',
    section: '§1',
  },
  'unreadable-packet': {
    means: 'sent a packet that no Socket.IO server can read, which ends the connection',
    section: '§1',
  },
  'unread-backlog': {
    means: 'stopped reading until more than `maxUnreadBytes` were waiting, which ends the connection',
    section: '§1',
  },
  'unknown-event': { means: 'sent an event that is not part of the protocol', section: '§6.15' },
} as const satisfies Record<string, { means: string; section: string }>;

/** What a worker can do wrong, by the rules of PROTOCOL §§2–6. */
export type ViolationKind = keyof typeof VIOLATIONS;
