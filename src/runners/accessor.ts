/** A proxy for the handle of the running test, because hooks return it before the test starts. */

import { EchoStsError } from '../checks/errors.js';

/**
 * Returns an object with the members of the current handle. `called` is the function that returns it. Reading a member
 * while there is no handle throws an `EchoStsError` (`CLOSED`).
 */
export function createAccessor<Handle extends object>(called: string, current: () => Handle | undefined): Handle {
  // The target has no members, because a proxy must not hide those of its target.
  return new Proxy({} as Handle, {
    get: (_, name) => {
      const handle = current();
      if (handle !== undefined) return Reflect.get(handle, name);
      // Runners and `await` look for these in any value.
      if (typeof name === 'symbol' || name === 'then') return undefined;
      throw new EchoStsError('CLOSED', explainTooEarly(called, name));
    },
    has: (_, name) => Reflect.has(current() ?? {}, name),
  });
}

function explainTooEarly(called: string, name: string): string {
  return (
    `\`${name}\` of \`${called}()\` can be read only while a test runs; read it in a test or in a hook that is ` +
    `registered after \`${called}()\`, and in a concurrent test use \`createEchoSts()\`.`
  );
}
