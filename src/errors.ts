/** What the caller of the library did wrong, or asked for in vain. What a worker does wrong goes over the wire instead. */

/** What each code of an `EchoStsError` means. */
export const ECHO_STS_ERROR_CODES = {
  INVALID_OPTION: 'an option or argument is not as documented',
  PORT_IN_USE: 'the only port that was asked for is taken',
  LISTEN_FAILED: 'the address cannot be listened on, for another reason',
  WAIT_TIMEOUT: 'what was waited for did not come in time',
  RESET: 'what was waited for can no longer come: `reset()` was called',
  CLOSED: 'the fixture was closed',
} as const;

/** A stable name for what went wrong. */
export type EchoStsErrorCode = keyof typeof ECHO_STS_ERROR_CODES;

/** Every error that echo-sts throws or rejects with. Branch on `code`; read `message`. */
export class EchoStsError extends Error {
  override readonly name = 'EchoStsError';
  readonly code: EchoStsErrorCode;

  constructor(code: EchoStsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
