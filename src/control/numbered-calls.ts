/** Carries each numbered call of a client out once, however often it is sent, and keeps its answer until the client has it. */

import { EchoStsError } from '../checks/errors.js';
import type { Answer, Call } from './messages.js';

/**
 * A connection delivers what was sent over it from the first call to some later one, and a client sends its calls again in
 * the order of their numbers before any new one. So new calls come in with rising numbers, over however many connections:
 * one that does not rise and whose answer is not kept was answered before.
 */
export class NumberedCalls {
  /** By number: those that are still carried out, and those whose answers the client may not have. */
  readonly #answers = new Map<number, Promise<Answer>>();
  #highest = 0;

  /** Throws an `EchoStsError` (`INVALID_OPTION`) for a call that was carried out, and whose answer the client has. */
  once({ number, seen }: Pick<Call, 'number' | 'seen'>, carryOut: () => Promise<Answer>): Promise<Answer> {
    for (const answered of seen) this.#answers.delete(answered);
    if (number === undefined) return carryOut();
    const kept = this.#answers.get(number);
    if (kept !== undefined) return kept;
    if (number <= this.#highest) throw new EchoStsError('INVALID_OPTION', this.#explain(number));
    this.#highest = number;
    const answer = carryOut();
    this.#answers.set(number, answer);
    return answer;
  }

  #explain(number: number): string {
    const expected = `\`number\` is expected to be more than ${this.#highest} for a new call`;
    return `${expected}, got ${number}; only a call whose answer was not in \`seen\` yet can be sent again.`;
  }
}
