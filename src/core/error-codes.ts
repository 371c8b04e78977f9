/** One row per wire error code (PROTOCOL §5). Types, schemas and the documented table all come from here. */

/** The severity of an error. The connection stays open unless it is `fatal` (PROTOCOL §3). */
export type Severity = 'warning' | 'error' | 'fatal';

/** Severity, retryability and meaning of each code of PROTOCOL §5. */
export const ERROR_CODES = {
  AUTH_FAILED: { severity: 'fatal', retryable: false, means: 'bad credentials' },
  STREAM_NOT_FOUND: { severity: 'error', retryable: false, means: 'no such stream on this connection' },
  INVALID_CONFIG: { severity: 'error', retryable: false, means: 'payload failed validation' },
  FRAGMENT_TOO_LARGE: { severity: 'error', retryable: false, means: 'audio over 10 MiB decoded' },
  TIMEOUT: { severity: 'error', retryable: true, means: 'processing took too long' },
  MODEL_ERROR: { severity: 'error', retryable: true, means: 'a model failed' },
  GPU_OOM: { severity: 'error', retryable: true, means: 'out of GPU memory' },
  QUEUE_FULL: { severity: 'warning', retryable: true, means: 'not accepting fragments now' },
  INVALID_SEQUENCE: { severity: 'error', retryable: false, means: 'sequence gap or duplicate' },
  RATE_LIMIT: { severity: 'warning', retryable: true, means: 'too many requests' },
} as const satisfies Record<string, { severity: Severity; retryable: boolean; means: string }>;

/** The message of a simulated error whose rule has none. */
export const SIMULATED_ERROR_MESSAGE = 'Simulated error';

/** One of the ten codes of PROTOCOL §5. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** A code whose severity is `fatal`. */
export type FatalCode = {
  [Code in ErrorCode]: (typeof ERROR_CODES)[Code]['severity'] extends 'fatal' ? Code : never;
}[ErrorCode];

/** Whether the text is one of the ten codes. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}
