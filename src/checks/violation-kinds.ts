/** Kinds of violations, as every function that excuses some takes them. */

import { VIOLATIONS, type ViolationKind } from '../core/violations.js';
import { listOf, oneOf } from './fields.js';

export const violationKinds = listOf(oneOf(...(Object.keys(VIOLATIONS) as ViolationKind[])), 'kinds of violations');
