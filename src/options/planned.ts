/** Planned cuts, refusals, restarts and signals as a test writes them → as the core understands them. */

import * as v from 'valibot';
import { closedRecord, countOrInfinity, integer, oneOf, together, trueOrFalse } from '../checks/fields.js';
import type { Merged, Same } from '../checks/same.js';
import { MAX_TIMER_MS } from '../clock/clock.js';
import type { Cut, Restart, Signal } from '../core/actions.js';
import { CUT_PHASES, type PlannedPhase, SIGNAL_PHASES } from '../core/cut-forms.js';
import type { AttemptRefusal } from '../core/refusal-book.js';
import { cutFields, mislocated, signalFields, uselessWithNone } from './call-options.js';
import type { PlannedCut, PlannedRefusal, PlannedRestart, PlannedSignal } from './planned-types.js';

const PLANNED_PHASES = CUT_PHASES.filter((phase): phase is PlannedPhase => phase !== 'now');

const lifetime = {
  times: v.optional(countOrInfinity, 1),
  optional: v.optional(trueOrFalse),
};

const cut = v.pipe(
  closedRecord({ at: oneOf(...PLANNED_PHASES), ...cutFields, ...lifetime }),
  together('sequenceNumber', (fields) => mislocated(fields)),
  v.transform((fields): Cut => ({ kind: 'cut', ...given(fields) })),
);

const restart = v.pipe(
  closedRecord({
    at: oneOf(...PLANNED_PHASES),
    streamId: cutFields.streamId,
    sequenceNumber: cutFields.sequenceNumber,
    downForMs: v.optional(integer(0, MAX_TIMER_MS), 0),
    ...lifetime,
  }),
  together('sequenceNumber', (fields) => mislocated(fields)),
  v.transform((fields): Restart => ({ kind: 'restart', ...given(fields) })),
);

const signal = v.pipe(
  closedRecord({
    at: oneOf(...SIGNAL_PHASES),
    ...signalFields,
    sequenceNumber: cutFields.sequenceNumber,
    releaseAfterMs: v.optional(integer(0, MAX_TIMER_MS)),
    ...lifetime,
  }),
  together('sequenceNumber', (fields) => mislocated(fields)),
  together('recommendedDelayMs', ({ action, recommendedDelayMs }) => uselessWithNone(action, recommendedDelayMs)),
  together('releaseAfterMs', ({ action, releaseAfterMs }) => uselessWithNone(action, releaseAfterMs)),
  v.transform((fields): Signal => {
    const { severity, action, recommendedDelayMs, ...rest } = given(fields);
    return { kind: 'signal', signal: given({ severity, action, recommendedDelayMs }), ...rest };
  }),
);

const refusal = v.pipe(
  closedRecord({
    after: v.optional(integer(0), 0),
    status: v.optional(integer(400, 599), 503),
    ...lifetime,
  }),
  v.transform((fields): AttemptRefusal => given(fields)),
);

true satisfies Same<Merged<PlannedCut>, v.InferInput<typeof cut>>;
true satisfies Same<Merged<PlannedRestart>, v.InferInput<typeof restart>>;
true satisfies Same<Merged<PlannedSignal>, v.InferInput<typeof signal>>;
true satisfies Same<PlannedRefusal, v.InferInput<typeof refusal>>;

// The compiler takes less than the schemas, whose checks say what goes together.
export const plannedCut = cut as unknown as v.GenericSchema<PlannedCut, Cut>;
export const plannedRestart = restart as unknown as v.GenericSchema<PlannedRestart, Restart>;
export const plannedSignal = signal as unknown as v.GenericSchema<PlannedSignal, Signal>;
export const plannedRefusal = refusal as unknown as v.GenericSchema<PlannedRefusal, AttemptRefusal>;

/** An object without what is undefined. */
type Given<Fields> = {
  [Name in keyof Fields]: Exclude<Fields[Name], undefined>;
};

/** The fields that are not undefined: that is how JavaScript leaves a field out. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<Fields>;
}
