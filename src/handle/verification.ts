/** What a test expects of a group, and whether that is so: all of `verify()`. */

import { checked } from '../checks/checked.js';
import { CallSite, EchoStsError } from '../checks/errors.js';
import type { ViolationKind } from '../core/violations.js';
import { failureText } from '../failures/failure-text.js';
import { provedNothingSection } from '../failures/proved-nothing.js';
import type { Failure } from '../failures/scene.js';
import { unclaimedSections } from '../failures/unclaimed.js';
import { summary, unusedActions, unusedRefusals, unusedRules } from '../failures/verification-text.js';
import { violationSections } from '../failures/violation-sections.js';
import { verifyOptions } from '../options/call-options.js';
import type { Violation } from '../record/violation-log.js';
import { concernedBy } from './connections.js';
import { expectationSchema } from './expectations.js';
import { entriesOf, type Group, sceneOf, snapshotsOf } from './group.js';
import { PROVED_NOTHING, provedNothingIn } from './proved-nothing.js';
import type { ActiveExpectation, SessionGroup } from './sessions.js';

/** A function that the test has called: the error points to where. */
type Called = (...values: never[]) => unknown;

/** Who has asked, when nobody has called `verify`. */
const BY_DISPOSAL = '`await using`';

/** The functions are bound: they may be taken off the handle. */
export function verification(
  group: Group,
): Pick<SessionGroup, 'expectEvent' | 'expect' | 'verify'> & { readonly [PROVED_NOTHING]: () => string[] } {
  const verify: SessionGroup['verify'] = async (options = {}) => {
    const { allow } = checked('options', verifyOptions, options);
    await judge(group, '`verify`', verify, allow);
  };
  const ownProvedNothing = () => provedNothingIn(group);
  const expectEvent = (expectation: unknown) => addExpectation(group, expectation);
  return { expectEvent, expect: expectEvent, verify, [PROVED_NOTHING]: ownProvedNothing };
}

/** What a block with `await using` ends with: verifies, then closes. */
export function disposal(group: Group, close: () => Promise<void>): () => Promise<void> {
  const dispose = async () => {
    try {
      await verifyAtEnd(group, dispose);
    } finally {
      await close();
    }
  };
  return dispose;
}

/** A test that has failed must not be shown a second failure that hides the first. */
export async function verifyAtEnd(
  group: Group,
  called: Called,
  hasComplained = group.verified.hasComplained(),
): Promise<void> {
  if (!hasComplained) await judge(group, BY_DISPOSAL, called, []);
}

/**
 * What workers have done wrong and nobody has judged yet, unless conduct is lenient, and what has proved nothing where that is to
 * fail, in words; undefined when that is nothing. Hears workers out first, as `verify` does.
 */
export async function verdictText(group: Group, by: string): Promise<string | undefined> {
  await group.state.settle(concernedBy(group));
  const sections = [...violationsFound(group, []), ...vacuousFound(group)];
  return sections.length === 0 ? undefined : foundText(group, by, sections);
}

function addExpectation(group: Group, expectation: unknown): ActiveExpectation {
  const { state, setup, owner, isMine } = group;
  group.requireOpen('expectEvent');
  const expected = checked('expectation', expectationSchema, expectation);
  state.complaints.withdraw(owner);
  setup.expectations.listen(state.timeline, isMine);
  return setup.expectations.add(expected, entriesOf(group));
}

/** First processes everything that the workers have sent. Rejects with an `EchoStsError` (`VERIFY_FAILED`). */
async function judge(group: Group, by: string, called: Called, allow: readonly ViolationKind[]): Promise<void> {
  const { state, owner } = group;
  const site = new CallSite(called);
  await state.settle(concernedBy(group));
  const sections = find(group, allow);
  if (sections.length === 0) return;
  state.complaints.add(owner);
  throw site.mark(new EchoStsError('VERIFY_FAILED', foundText(group, by, sections, allow)));
}

function foundText(
  group: Group,
  by: string,
  sections: Failure['sections'],
  allow: readonly ViolationKind[] = [],
): string {
  const scene = { ...sceneOf(group), violations: violationsIn(group, allow) };
  const headline = `${by} found ${summary(sections)}.`;
  const all = group.state.failsOnVacuous ? sections : [...sections, provedNothingSection(provedNothingIn(group))];
  // Not a second time below them.
  const isShown = sections.some(([name]) => name === 'unclaimed');
  return failureText({ headline, sections: all }, isShown ? { ...scene, unclaimed: [] } : scene);
}

/** What is not as expected, in sections; none when all is well. */
function find(group: Group, allow: readonly ViolationKind[]): Failure['sections'] {
  const { setup, verified } = group;
  const scene = sceneOf(group);
  return [
    // What brought the rest about comes first.
    ...violationsFound(group, allow),
    ...setup.expectations.missed(scene),
    ...unusedRules(setup.rules.entries, scene.entries),
    ...unusedActions(setup.actions.entries, scene.entries),
    ...unusedRefusals(setup.refusals),
    ...unclaimedSections(unclaimedIn(group)),
    ...verified.troubles().map((trouble) => ['function', [trouble]] as const),
    ...vacuousFound(group),
  ];
}

/** What has proved nothing, where that is to fail. */
function vacuousFound(group: Group): Failure['sections'] {
  const lines = group.state.failsOnVacuous ? provedNothingIn(group) : [];
  return lines.length === 0 ? [] : [provedNothingSection(lines)];
}

/** Sessions that the hooks of a test began are left out. */
function unclaimedIn({ setup, verified }: Group): readonly string[] {
  return setup.bodyEnd?.unclaimed ?? verified.unclaimed();
}

function violationsFound(group: Group, allow: readonly ViolationKind[]): Failure['sections'] {
  return group.isStrict ? violationSections(violationsIn(group, allow), snapshotsOf(group)) : [];
}

/** Those to be judged; where conduct is lenient, all that there are, for they may be behind what is missing. */
function violationsIn(group: Group, allow: readonly ViolationKind[]): Violation[] {
  const { state, setup, verified, isStrict, isMine } = group;
  const excused = [...state.excused, ...allow];
  return isStrict ? verified.violations(excused, setup.bodyEnd?.entry) : state.violations.read(isMine, excused);
}
