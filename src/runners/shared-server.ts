/** The server that a global setup starts for all test files, and the environment variables with its address. */

import { createEchoSts } from '../fixture/create-echo-sts.js';
import type { EchoStsOptions } from '../options/options.js';
import { authoritiesOf } from '../options/tls.js';

/** The address for test files. */
export interface SharedServer {
  readonly url: string;
  readonly controlUrl: string;
  /** Restores the environment and closes the server. */
  stop(): Promise<void>;
}

/** Starts the server. `control` defaults to true. Rejects as `createEchoSts` does. */
export async function startSharedServer(options: EchoStsOptions): Promise<SharedServer> {
  const sts = await createEchoSts({ control: true, ...options });
  const { url, controlUrl = '' } = sts;
  const ca = authoritiesOf(options.tls);
  const restore = setVariables({
    ECHO_STS_URL: url,
    ECHO_STS_CONTROL: controlUrl,
    ...(ca !== undefined && { ECHO_STS_CA: ca }),
  });
  return {
    url,
    controlUrl,
    async stop() {
      restore();
      await sts.close();
    },
  };
}

/** Sets environment variables, which new processes inherit. Returns a function that restores the old values. */
function setVariables(variables: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
