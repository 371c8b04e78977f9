/** A recorder is one more observer: each step of a connection as a line of JSON, with no socket, no fixture and no timeline. */

import { expect, it } from 'vitest';
import { MovedClock } from '../../src/clock/manual-clock.js';
import { CutBook } from '../../src/core/cuts.js';
import { RuleBook } from '../../src/core/rules.js';
import { toSettings } from '../../src/options/settings.js';
import type { Observer } from '../../src/record/observer.js';
import { Connection } from '../../src/server/connection.js';
import { ScriptedPeer } from '../support/scripted-peer.js';
import { fragment, init } from '../support/worker.js';

/** Writes down each step of a session but its audio. */
function recorder(lines: string[]): Observer {
  return (step) => {
    lines.push(JSON.stringify(step, (key, value) => (/audio|base64/i.test(key) ? undefined : value)));
  };
}
