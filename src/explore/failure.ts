/** The text of the error with which `explore` rejects: the smallest plan, and how the run failed with it. Pure. */

import type { FaultPlan } from '../options/fault-plan.js';
import type { EchoStsOptions } from '../options/options.js';
import { LISTS } from './assemble.js';
import { story } from './story.js';
import type { Wording } from './wording.js';

/** What there is to say. */
export interface FailureParts {
  /** As somebody would write it down: without `optional` where it happened. Empty if the run fails without any fault. */
  readonly plan: FaultPlan;
  readonly echoSts: EchoStsOptions;
  /** Which of the plans failed first, such as `plan 17 of 100`. */
  readonly where: string;
  /** The plan that is shown: `the smallest plan`, or `this plan`. */
  readonly which: string;
  /** How often the run failed again, of how many times. */
  readonly count: number;
  readonly of: number;
  readonly failure: { readonly text: string };
  /** How to run that plan alone; undefined without a plan. */
  readonly again: { readonly line: string; readonly seed: number; readonly path: string } | undefined;
  readonly wording: Wording;
}

export function failureText(parts: FailureParts): string {
  const { plan, echoSts, where, which, count, of, failure, again, wording } = parts;
  const isUndisturbed = again === undefined;
  const chance = count === of ? '' : ': your worker or its timers depend on chance';
  const found = isUndisturbed
    ? `\`explore\` found that the run fails without any fault${hasOwnFaults(echoSts) ? ' but those of `echoSts`' : ''}. It failed again in`
    : `\`explore\` found faults with which the run fails: ${where}. With ${which} it failed again in`;
  return [
    `${found} ${count} of ${of} runs${chance}.`,
    '',
    ...(isUndisturbed ? [] : [`  ${story(plan)}`, ...hints(plan), '', ...indented(wording.plan(echoSts, plan)), '']),
    '  The run failed like this:',
    '',
    ...indented(failure.text),
    ...(isUndisturbed
      ? []
      : ['', `  To run this plan alone, set ${again.line}`, `  or pass ${wording.pass(again.seed, again.path)}.`]),
  ].join('\n');
}

/** Whether each fixture has some, with the plan and without. */
function hasOwnFaults(echoSts: EchoStsOptions): boolean {
  return LISTS.some((list) => (echoSts[list] ?? []).length > 0);
}

/** What is not known to everybody. */
function hints({ cuts = [] }: FaultPlan): string[] {
  const isDisconnected = cuts.some(({ how }) => how === 'server-disconnect');
  return isDisconnected ? ['  After that, a client of Socket.IO does not connect again by itself.'] : [];
}

function indented(text: string): string[] {
  return text.split('\n').map((line) => (line === '' ? '' : `  ${line}`));
}
