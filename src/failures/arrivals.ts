/** Connections without a session, in words: turned away, or not admitted yet. */

import { show } from '../core/show.js';
import { visible } from '../drawing/cells.js';
import { summarize } from '../drawing/summary.js';
import type { Stage, Waiting } from '../record/arrivals.js';
import type { Scene } from './scene.js';

type Arrived = Pick<Scene, 'arrivals'>;

/** Maximum number of different refusals that are shown. */
const MOST_REFUSED = 3;

const WORDS: Readonly<Record<Stage, { readonly has: string; readonly cure: string }>> = {
  opened: {
    has: 'opened a transport{ago} and sent no CONNECT',
    cure: 'check that the `auth` function of its client calls back; a client without Socket.IO sends `40` first',
  },
  judged: {
    has: 'sent CONNECT{ago}, and the `auth` function has not returned yet',
    cure: 'let that function return true or false',
  },
  gone: {
    has: 'disconnected before being admitted',
    cure: 'its client reports the reason in `connect_error` or `disconnect`',
  },
};

/** Identical refusals on one line, the newest last. */
export function refusedLines({ arrivals }: Arrived): string[] {
  const { refused = [] } = arrivals ?? {};
  const others = refused.length - MOST_REFUSED;
  const more = others > 0 ? [`${others} other ${others === 1 ? 'kind' : 'kinds'} of connection turned away, and`] : [];
  return [...more, ...refused.slice(-MOST_REFUSED).map((entry) => `#${entry.n} ${summarize(entry)}`)];
}

export function waitingLines({ arrivals }: Arrived): string[] {
  return arrivals === undefined ? [] : arrivals.waiting.map((each) => waitingLine(each, arrivals.now));
}

function waitingLine({ stage, count, since, origin }: Waiting, now: number): string {
  const { has, cure } = WORDS[stage];
  const who = count === 1 ? 'one worker' : `${count} workers`;
  const ago = ` ${count === 1 ? '' : 'up to '}${((now - since) / 1000).toFixed(1)} s ago`;
  const page = origin === undefined ? '' : `; a page of ${visible(show(origin))} may need the option \`cors\``;
  return `${who} ${has.replace('{ago}', ago)}: ${cure}${page}`;
}
