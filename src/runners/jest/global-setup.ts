/**
 * `echo-sts/jest/global-setup`: one server for all test files, started before the first. Environment variables contain
 * its address. `echo-sts/jest/global-teardown` closes it.
 */

import type { EchoStsOptions } from '../../options/options.js';
import { startSharedServer } from '../shared-server.js';
import { store } from './shared.js';

/** The part of jest's configuration that is read. */
interface ProjectConfig {
  readonly globals?: Readonly<Record<string, unknown>>;
}

/** The function that jest calls before the first test file. */
export type EchoStsGlobalSetup = (globalConfig?: unknown, projectConfig?: ProjectConfig) => Promise<void>;

/**
 * Returns a global setup with your own options, for the default export of a file. `ECHO_STS_URL` is the address for
 * workers, `ECHO_STS_CONTROL` the address for `connectEchoSts`. With the option `tls` and a self-signed certificate,
 * `ECHO_STS_CA` is that certificate, PEM.
 *
 * @example
 * // global-setup.cjs
 * module.exports = echoStsSetup({ delayMs: 40 });
 */
export function echoStsSetup(options: EchoStsOptions = {}): EchoStsGlobalSetup {
  return async () => store(await startSharedServer(options));
}

/** `globalSetup: 'echo-sts/jest/global-setup'`. Reads its options from `globals.echoSts` of jest's configuration. */
const setup: EchoStsGlobalSetup = async (globalConfig, projectConfig) => {
  const options = projectConfig?.globals?.['echoSts'] as EchoStsOptions | undefined;
  await echoStsSetup(options)(globalConfig, projectConfig);
};
export default setup;
