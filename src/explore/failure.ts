/** The text of the error with which `explore` rejects: the smallest plan, and how the run failed with it. Pure. */

import type { FaultPlan } from '../options/fault-plan.js';
import type { EchoStsOptions } from '../options/options.js';
import { planAsCode } from './code.js';
import { story } from './story.js';

/** What there is to say. */
export interface FailureParts {
  /** As somebody would write it down: without `optional` where it happened. */
  readonly plan: FaultPlan;
  readonly echoSts: EchoStsOptions;
  /** Which run failed first, such as `with plan 17 of 100`. */
  readonly where: string;
  /** How often the run failed again, of how many times. */
  readonly count: number;
  readonly of: number;
  readonly failure: { readonly text: string };
  /** How to run that plan again; undefined where each run is one without a plan. */
  readonly again?: { readonly line: string; readonly seed: number; readonly path: string } | undefined;
}

export function failureText({ plan, echoSts, where, count, of, failure, again }: FailureParts): string {
  const chance = count === of ? '' : ': your worker or its timers depend on chance';
  return [
    `\`explore\` found a failure ${where}. The smallest such plan failed again in ${count} of ${of} runs${chance}.`,
    '',
    `  ${story(plan)}`,
    '',
    ...indented(planAsCode(echoSts, plan)),
    '',
    '  The run failed like this:',
    '',
    ...indented(failure.text),
    ...(again === undefined
      ? []
      : [
          '',
          `  To run this plan alone, set ${again.line}`,
          `  or pass { seed: ${again.seed}, path: '${again.path}' }.`,
        ]),
  ].join('\n');
}

function indented(text: string): string[] {
  return text.split('\n').map((line) => (line === '' ? '' : `  ${line}`));
}
