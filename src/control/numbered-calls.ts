/**
 * Carries out each numbered call of a client once, even if it is resent, and keeps its reply until the client has it.
 */

import { EchoStsError } from '../checks/errors.js';
import type { Answer, Call } from './messages.js';

/**
 * A connection delivers calls from the first up to some later one, and a client resends its calls in the order of their
 * numbers before any new one. So the numbers of new calls rise, across any number of connections: a call whose number
 * does not rise and whose reply is not kept was answered before.
 */
export class NumberedCalls {
  /** By number: calls in progress, and those whose replies the client may not have. */
  readonly #answers = new Map<number, Promise<Answer>>();
  #highest = 0;

  /** Throws an `EchoStsError` (`INVALID_OPTION`) for a finished call whose reply the client already has. */
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
    const expected = `\`number\` expected more than ${this.#highest} for a new call`;
    return `${expected}, got ${number}; only a call whose number was not in \`seen\` can be resent.`;
  }
}
