/**
 * What `echo-sts/vitest` takes from the rest of the library. Only an ES module can import vitest, so this entry point is one;
 * the rest is built as CommonJS, and this is where they meet.
 */

export { EchoStsError } from '../../checks/errors.js';
export { isRecord } from '../../checks/fields.js';
export { createEchoSts } from '../../fixture/create-echo-sts.js';
export { matchers } from '../../matchers/index.js';
export { endBody } from '../body-end.js';
export { finishTest } from '../finish-test.js';
export { mergeOptions, strictByDefault } from '../per-test.js';
export { connectToShared, nextStreamPrefix } from '../shared-scope.js';
