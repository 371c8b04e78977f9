/** The environment of a command beside a server. */

import type { EchoSts } from '../handle/handle.js';
import type { EchoStsOptions } from '../options/options.js';
import { authoritiesOf } from '../options/tls.js';

/** That of this program, with where the server is. */
export function commandEnvironment(
  { url, controlUrl }: Pick<EchoSts, 'url' | 'controlUrl'>,
  { tls }: EchoStsOptions,
): NodeJS.ProcessEnv {
  const { ECHO_STS_URL: _, ECHO_STS_CONTROL: __, ...inherited } = process.env;
  const control = controlUrl === undefined ? {} : { ECHO_STS_CONTROL: controlUrl };
  const ca = authoritiesOf(tls);
  const trust = ca === undefined ? {} : { ECHO_STS_CA: ca };
  return { ...inherited, ECHO_STS_URL: url, ...control, ...trust };
}
