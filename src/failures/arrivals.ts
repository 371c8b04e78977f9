/** Who has come and has no session, in words: turned away, or not in yet. */

import { show } from '../core/show.js';
import { visible } from '../drawing/cells.js';
import { summarize } from '../drawing/summary.js';
import type { Stage, Waiting } from '../record/arrivals.js';
import type { Scene } from './scene.js';

type Arrived = Pick<Scene, 'arrivals'>;

/** So many different ones are shown. */
const MOST_REFUSED = 3;

const WORDS: Readonly<Record<Stage, { readonly has: string; readonly cure: string }>> = {
  opened: {
    has: 'opened a transport{ago} and has sent no CONNECT',
    cure: 'has the `auth` function of its client called back? A client without Socket.IO sends the packet `40` first',
  },
  judged: {
    has: 'sent its CONNECT{ago}, and the option `auth` has not answered',
    cure: 'let that function return true or false',
  },
  gone: {
    has: 'opened a transport and gone again without having been let in',
    cure: 'its client says why, on `connect_error` or `disconnect`',
  },
};

/** Alike ones on one line, the newest last. */
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
  const who = count === 1 ? 'one worker has' : `${count} workers have`;
  const ago = ` ${count === 1 ? '' : 'up to '}${((now - since) / 1000).toFixed(1)} s ago`;
  const page =
    origin === undefined ? '' : `; for a page of ${visible(show(origin))} the option \`cors\` may have to be set`;
  return `${who} ${has.replace('{ago}', ago)}: ${cure}${page}`;
}
