/**
 * `echo-sts/vitest/global-setup`: one server for all test files, started before the first and gone after the last. Tells
 * them where it is, in vitest's way and by the environment.
 */

import type { EchoStsOptions } from '../../options/options.js';
import { startSharedServer } from '../shared-server.js';

/** What is asked of vitest's project. */
interface Project {
  provide(name: 'echoStsUrl' | 'echoStsControl', value: string): void;
}

/** What vitest calls before the first test file; it answers what vitest calls after the last. */
export type EchoStsGlobalSetup = (project: Project) => Promise<() => Promise<void>>;

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the server that `echo-sts/vitest/global-setup` has started. */
    echoStsUrl: string;
    /** Its address for `connectEchoSts`; empty without the option `control`. */
    echoStsControl: string;
  }
}

/**
 * A global setup with options of your own, as the default export of a file. `inject('echoStsUrl')` and `ECHO_STS_URL` say
 * where workers connect to, `inject('echoStsControl')` and `ECHO_STS_CONTROL` what `connectEchoSts` connects to. With the
 * option `tls`, `ECHO_STS_CA` has its certificate, PEM, if that has issued itself.
 *
 * @example
 * // global-setup.ts
 * export default echoStsSetup({ delayMs: 40 });
 */
export function echoStsSetup(options: EchoStsOptions = {}): EchoStsGlobalSetup {
  return async (project) => {
    const { url, controlUrl, stop } = await startSharedServer(options);
    project.provide('echoStsUrl', url);
    project.provide('echoStsControl', controlUrl);
    return stop;
  };
}

/** With the defaults: `globalSetup: ['echo-sts/vitest/global-setup']`. */
const setup: EchoStsGlobalSetup = echoStsSetup();
export default setup;
