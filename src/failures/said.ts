/** Which violations a text has described already, so that the timeline below it need not repeat them. */

import type { Violation } from '../record/violation-log.js';

/** The messages that the text has, or has of another fragment: with other ids and numbers. */
export function messagesIn(text: string, violations: readonly Violation[]): string[] {
  const told = patternOf(text);
  return violations.map(({ message }) => message).filter((message) => told.includes(patternOf(message)));
}

/** The text on one line, without its ids and numbers. */
function patternOf(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/"[^"]*"|\d+/g, '…');
}
