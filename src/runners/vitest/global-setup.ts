/**
 * `echo-sts/vitest/global-setup`: one server for all test files, started before the first and closed after the last.
 * Provides its address with `inject()` and in environment variables.
 */

import type { EchoStsOptions } from '../../options/options.js';
import { startSharedServer } from '../shared-server.js';

/** The part of vitest's project that is used. */
interface Project {
  provide(name: 'echoStsUrl' | 'echoStsControl', value: string): void;
}

/** The function that vitest calls before the first test file. Resolves with the function to call after the last. */
export type EchoStsGlobalSetup = (project: Project) => Promise<() => Promise<void>>;

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the server that `echo-sts/vitest/global-setup` started. */
    echoStsUrl: string;
    /** Its address for `connectEchoSts`; empty without the option `control`. */
    echoStsControl: string;
  }
}

/**
 * Returns a global setup with your own options, for the default export of a file. `inject('echoStsUrl')` and
 * `ECHO_STS_URL` are the address for workers, `inject('echoStsControl')` and `ECHO_STS_CONTROL` the address for
 * `connectEchoSts`. With the option `tls` and a self-signed certificate, `ECHO_STS_CA` is that certificate, PEM.
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

/** The global setup with default options: `globalSetup: ['echo-sts/vitest/global-setup']`. */
const setup: EchoStsGlobalSetup = echoStsSetup();
export default setup;
