/**
 * Refusals become `error` messages here: numbered, with the severity and retryability of their code (PROTOCOL §5), and
 * fatal for a worker that goes on sending into a full queue (§6.5).
 */

import { hangUp } from './effects.js';
import { ERROR_CODES, isErrorCode } from './error-codes.js';
import type { Disconnect, ErrorReport, Refusal } from './protocol.js';

/** Production services invent codes of their own; nothing is known of them. */
const UNKNOWN_CODE = { severity: 'error', retryable: false } as const;

export class ErrorReports {
  readonly #sessionId: string;
  readonly #queueFullLimit: number;
  #count = 0;
  #queueFullInARow = 0;

  constructor(sessionId: string, queueFullLimit: number) {
    this.#sessionId = sessionId;
    this.#queueFullLimit = queueFullLimit;
  }

  /** What the worker sent is not done. Of this stream, if there is one and the refusal names no other. */
  refuse(refusal: Refusal, streamId: string): (ErrorReport | Disconnect)[] {
    this.#queueFullInARow = refusal.code === 'QUEUE_FULL' ? this.#queueFullInARow + 1 : 0;
    const isHopeless = this.#queueFullInARow > this.#queueFullLimit;
    const subject = streamId === '' ? {} : { streamId };
    return this.report({ ...subject, ...refusal, ...(isHopeless && { severity: 'fatal' }) });
  }

  /** A fragment was taken: the row of those that found the queue full is at its end. */
  endRow(): void {
    this.#queueFullInARow = 0;
  }

  /** Every `error` comes from here. A fatal one ends the connection (PROTOCOL §3). */
  report({ violation: _, since: __, ...refusal }: Refusal): (ErrorReport | Disconnect)[] {
    this.#count += 1;
    const { severity, retryable } = isErrorCode(refusal.code) ? ERROR_CODES[refusal.code] : UNKNOWN_CODE;
    const errorId = `${this.#sessionId}:${this.#count}`;
    const report: ErrorReport = { kind: 'error', errorId, severity, retryable, ...refusal };
    return report.severity === 'fatal' ? [report, hangUp(refusal.code)] : [report];
  }
}
