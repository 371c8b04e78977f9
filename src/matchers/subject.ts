/** What a matcher is asked about: a fixture, a scope or a session view, and all that is to be seen of it. */

import { show } from '../core/show.js';
import { SCENE, type Scene } from '../failures/failure-text.js';
import type { Observed, SessionView } from '../handle/sessions.js';
import type { Violation } from '../record/violation-log.js';
import { misuse } from './misuse.js';
import type { Judgement, MatcherResult } from './runner.js';

/** What was read of it. */
export interface Subject {
  readonly scene: Scene;
  /** Of a session view. */
  readonly view: SessionView | undefined;
  readonly violations: () => readonly Violation[];
}

type LocalHandle = Pick<Observed, 'violations'> & { [SCENE](): Scene };
/** That of a fixture in another process. */
interface RemoteHandle {
  violations(): Promise<readonly Violation[]>;
  [SCENE](): Promise<Scene>;
}

/**
 * What the matcher says of the subject; with a promise when that is in another process. Throws an `EchoStsError`
 * (`INVALID_OPTION`) that says what came, unless it is one of them.
 */
export function judge(matcher: string, received: unknown, verdict: (subject: Subject) => MatcherResult): Judgement {
  if (!isHandle(received)) throw misuse(matcher, `expected ${HANDLES}, got ${described(received)}.`);
  const view = isView(received) ? received : undefined;
  const scene = received[SCENE]();
  if (!('then' in scene)) {
    return verdict({ scene, view, violations: () => (received as LocalHandle).violations() });
  }
  return Promise.all([scene, received.violations()]).then(([scene, violations]) =>
    verdict({ scene, view, violations: () => violations }),
  );
}

const HANDLES = 'a fixture, a scope or the session that `session(streamId)` answers';

/** What comes by mistake, and how it is put right. */
const MISTAKES: readonly { readonly looks: (value: unknown) => boolean; readonly advice: string }[] = [
  {
    looks: (value) => value === undefined,
    advice: 'nothing: `session(streamId)` answers undefined until a worker has begun that stream',
  },
  { looks: (value) => typeof field(value, 'then') === 'function', advice: 'a promise: `await` it' },
  {
    looks: (value) => typeof field(value, 'sessionId') === 'string',
    advice: 'a mere snapshot of `sessions`: ask `session(streamId)` for the session',
  },
  { looks: Array.isArray, advice: 'a list: pass the fixture itself, or one session' },
];

function isHandle(value: unknown): value is LocalHandle | RemoteHandle {
  return typeof field(value, SCENE) === 'function';
}

/** The matchers read its snapshot alone, which is the same everywhere. */
function isView(handle: object): handle is SessionView {
  return typeof field(handle, 'sessionId') === 'string';
}

function described(value: unknown): string {
  return MISTAKES.find(({ looks }) => looks(value))?.advice ?? show(value);
}

function field(value: unknown, name: string | symbol): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
