/** The subject of a matcher: a fixture, a scope or a session view, and what was read of it. */

import { show } from '../core/show.js';
import { SCENE, type Scene } from '../failures/scene.js';
import type { Observed, SessionView } from '../handle/sessions.js';
import type { Violation } from '../record/violation-log.js';
import { invalidArgument } from './invalid-argument.js';
import type { Judgement, MatcherResult } from './matcher-result.js';

/** What a matcher reads. */
export interface Subject {
  readonly scene: Scene;
  /** Undefined unless it is a session view. */
  readonly view: SessionView | undefined;
  readonly violations: () => readonly Violation[];
}

type LocalHandle = Pick<Observed, 'violations'> & { [SCENE](): Scene };
/** A handle of a fixture in another process. */
interface RemoteHandle {
  violations(): Promise<readonly Violation[]>;
  [SCENE](): Promise<Scene>;
}

/**
 * The result of the matcher for the subject; a promise when that is in another process. Throws an `EchoStsError`
 * (`INVALID_OPTION`) that says what came, unless it is one of them.
 */
export function evaluate(matcher: string, received: unknown, match: (subject: Subject) => MatcherResult): Judgement {
  if (!isHandle(received)) throw invalidArgument(matcher, `expected ${EXPECTED}, got ${describe(received)}.`);
  const view = isView(received) ? received : undefined;
  const scene = received[SCENE]();
  if (!('then' in scene)) {
    return match({ scene, view, violations: () => (received as LocalHandle).violations() });
  }
  return Promise.all([scene, received.violations()]).then(([scene, violations]) =>
    match({ scene, view, violations: () => violations }),
  );
}

const EXPECTED = 'a fixture, a scope or a session that `session(streamId)` returns';

/** Common mistakes, and how to correct them. */
const MISTAKES: readonly { readonly applies: (value: unknown) => boolean; readonly advice: string }[] = [
  {
    applies: (value) => value === undefined,
    advice: 'nothing; `session(streamId)` returns undefined until a worker has begun that stream',
  },
  { applies: (value) => typeof field(value, 'then') === 'function', advice: 'a promise; `await` it' },
  {
    applies: (value) => typeof field(value, 'sessionId') === 'string',
    advice: 'a snapshot of `sessions`; use `session(streamId)`',
  },
  { applies: Array.isArray, advice: 'a list; pass the fixture itself, or one session' },
];

function isHandle(value: unknown): value is LocalHandle | RemoteHandle {
  return typeof field(value, SCENE) === 'function';
}

/** The matchers read only its snapshot, which local and remote handles have. */
function isView(handle: object): handle is SessionView {
  return typeof field(handle, 'sessionId') === 'string';
}

function describe(value: unknown): string {
  return MISTAKES.find(({ applies }) => applies(value))?.advice ?? show(value);
}

function field(value: unknown, name: string | symbol): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
