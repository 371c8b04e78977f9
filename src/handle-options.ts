/** What the functions of the handle take, checked. */

import * as v from 'valibot';
import { MAX_TIMER_MS } from './clock.js';
import { CUT_FORMS, CUT_PHASES, type CutForm, type CutPhase } from './core/cut-forms.js';
import { closedRecord, countOrInfinity, integer, nonEmptyText, oneOf, trueOrFalse } from './fields.js';

/** The phases that have to do with one fragment. */
const FRAGMENT_PHASES: readonly CutPhase[] = ['after-ack', 'before-processed', 'after-processed'];

export const cutOptions = v.pipe(
  closedRecord({
    at: oneOf(...CUT_PHASES),
    how: oneOf(...(Object.keys(CUT_FORMS) as CutForm[])),
    streamId: v.optional(nonEmptyText),
    sequenceNumber: v.optional(integer(0)),
    times: v.optional(countOrInfinity),
  }),
  v.forward(
    v.check(
      ({ at, sequenceNumber }) => sequenceNumber === undefined || FRAGMENT_PHASES.includes(at),
      `expected only with \`at\` one of ${FRAGMENT_PHASES.join(', ')}, got it with another`,
    ),
    ['sequenceNumber'],
  ),
);

export const pushedBackpressure = closedRecord({
  severity: oneOf('low', 'medium', 'high'),
  action: oneOf('none', 'slow_down', 'pause'),
  recommendedDelayMs: v.optional(integer(0)),
  streamId: v.optional(nonEmptyText),
});

export const refuseOptions = closedRecord({
  times: v.optional(integer(1), 1),
  status: v.optional(integer(400, 599), 503),
});

export const restartOptions = closedRecord({ downForMs: v.optional(integer(0, MAX_TIMER_MS), 0) });

export const closeOptions = closedRecord({ abrupt: v.optional(trueOrFalse, false) });
