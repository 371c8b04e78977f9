/**
 * `echo-sts/jest/global-setup`: one server for all test files, started before the first. The environment tells them where
 * it is. `echo-sts/jest/global-teardown` closes it.
 */

import type { EchoStsOptions } from '../../options/options.js';
import { startSharedServer } from '../shared-server.js';
import { store } from './shared.js';

/** What is read of jest's configuration. */
interface ProjectConfig {
  readonly globals?: Readonly<Record<string, unknown>>;
}

/** What jest calls before the first test file. */
export type EchoStsGlobalSetup = (globalConfig?: unknown, projectConfig?: ProjectConfig) => Promise<void>;

/**
 * A global setup with options of your own, as the default export of a file. `ECHO_STS_URL` says where workers connect to,
 * `ECHO_STS_CONTROL` what `connectEchoSts` connects to. With the option `tls`, `ECHO_STS_CA` has its certificate, PEM, if
 * that has issued itself.
 *
 * @example
 * // global-setup.cjs
 * module.exports = echoStsSetup({ delayMs: 40 });
 */
export function echoStsSetup(options: EchoStsOptions = {}): EchoStsGlobalSetup {
  return async () => store(await startSharedServer(options));
}

/** With the options in `globals.echoSts` of jest's configuration: `globalSetup: 'echo-sts/jest/global-setup'`. */
const setup: EchoStsGlobalSetup = async (globalConfig, projectConfig) => {
  const options = projectConfig?.globals?.['echoSts'] as EchoStsOptions | undefined;
  await echoStsSetup(options)(globalConfig, projectConfig);
};
export default setup;
