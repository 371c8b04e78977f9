/** A proxy for the handle of the test that is running: hooks return it before there is one. */

import { EchoStsError } from '../checks/errors.js';

/** An object with the members of the current handle; `called` is the function that gives it. Reading one throws an `EchoStsError` (`CLOSED`) while there is none. */
export function createAccessor<Handle extends object>(called: string, current: () => Handle | undefined): Handle {
  // A target without members of its own: a proxy has to keep to those of its target.
  return new Proxy({} as Handle, {
    get: (_, name) => {
      const handle = current();
      if (handle !== undefined) return Reflect.get(handle, name);
      // Runners and `await` look for these in whatever they are given.
      if (typeof name === 'symbol' || name === 'then') return undefined;
      throw new EchoStsError('CLOSED', explainTooEarly(called, name));
    },
    has: (_, name) => Reflect.has(current() ?? {}, name),
  });
}

function explainTooEarly(called: string, name: string): string {
  return (
    `\`${name}\` of what \`${called}()\` gives was expected to be read while a test runs, and none does; read it in a ` +
    `test or in a hook that is registered after \`${called}()\`, and in a concurrent test use \`createEchoSts()\`.`
  );
}
