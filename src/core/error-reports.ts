/**
 * Turns refusals into `error` messages: numbered, with the severity and retryability of their code (PROTOCOL §5). The
 * error is fatal for a worker that keeps sending into a full queue (§6.5).
 */

import { hangUp } from './effects.js';
import { ERROR_CODES, isErrorCode } from './error-codes.js';
import type { Disconnect, ErrorReport, Refusal } from './protocol.js';

/** For custom codes, which production services may have. */
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

  /** Reports a refusal. It is about `streamId`, unless that is empty or the refusal names another stream. */
  refuse(refusal: Refusal, streamId: string): (ErrorReport | Disconnect)[] {
    this.#queueFullInARow = refusal.code === 'QUEUE_FULL' ? this.#queueFullInARow + 1 : 0;
    const isHopeless = this.#queueFullInARow > this.#queueFullLimit;
    const subject = streamId === '' ? {} : { streamId };
    return this.report({ ...subject, ...refusal, ...(isHopeless && { severity: 'fatal' }) });
  }

  /** A fragment was accepted: resets the count of consecutive `QUEUE_FULL`. */
  endRow(): void {
    this.#queueFullInARow = 0;
  }

  /** Makes every `error`. A fatal error ends the connection (PROTOCOL §3). */
  report({ violation: _, since: __, ...refusal }: Refusal): (ErrorReport | Disconnect)[] {
    this.#count += 1;
    const { severity, retryable } = isErrorCode(refusal.code) ? ERROR_CODES[refusal.code] : UNKNOWN_CODE;
    const errorId = `${this.#sessionId}:${this.#count}`;
    const report: ErrorReport = { kind: 'error', errorId, severity, retryable, ...refusal };
    return report.severity === 'fatal' ? [report, hangUp(refusal.code)] : [report];
  }
}
