/** Workers on a scripted peer and on Socket.IO, tried with the same tests: what one does, the other has to do. */

import type { EchoStsOptions } from 'echo-sts';
import { type ScriptedFixture, useScriptedFixtures } from './scripted-fixture.js';
import { useStillServers } from './still.js';
import type { Worker } from './worker.js';

/** What both kinds have. */
export interface Fixtures {
  start(options?: EchoStsOptions): Promise<ScriptedFixture>;
  join(sts: ScriptedFixture): Promise<Worker>;
  begin(sts: ScriptedFixture): Promise<Worker>;
  still(options?: EchoStsOptions): Promise<{ readonly sts: ScriptedFixture; readonly worker: Worker }>;
}

/** For `describe.each`. */
export const PEERS: [name: string, use: () => Fixtures][] = [
  ['a scripted peer', useScriptedFixtures],
  ['Socket.IO', useStillServers],
];
