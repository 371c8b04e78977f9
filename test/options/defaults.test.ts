/** Each `@default` of a public type, held against what is so when the field is left out. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import ts from 'typescript';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { waitForSchema } from '../../src/criteria/entry-criteria.js';
import { toExploreSettings, toPlansSettings } from '../../src/explore/options.js';
import { expectationSchema } from '../../src/handle/expectations.js';
import { formatOptions } from '../../src/handle/observation.js';
import { receivedOptions } from '../../src/matchers/received.js';
import { cutOptions, pushedError, refuseOptions, restartOptions } from '../../src/options/call-options.js';
import { DEFAULT_OPTIONS } from '../../src/options/defaults.js';
import { errorRule } from '../../src/options/error-rules.js';
import { toBackpressurePlan } from '../../src/options/load.js';
import { plannedRefusal, plannedRestart } from '../../src/options/planned.js';
import { toSettings } from '../../src/options/settings.js';

type Fields = Readonly<Record<string, unknown>>;

/** Of each type with defaults: what becomes of fields of it, with what is required beside them. */
const FILLED_IN: Readonly<Record<string, (given: Fields) => unknown>> = {
  EchoStsOptions: (given) => toSettings({ seed: 'any', ...given }),
  TimelineOption: (given) => toSettings({ seed: 'any', timeline: given }),
  BackpressureOption: toBackpressurePlan,
  RuleLifetime: (given) => v.parse(errorRule, { when: {}, fault: 'drop', ...given }),
  FailureRuleFields: (given) => v.parse(errorRule, { when: {}, code: 'TIMEOUT', ...given }),
  PromptFaultRule: (given) => v.parse(errorRule, { when: {}, fault: 'drop', ...given }),
  ResultMessageRule: (given) => v.parse(errorRule, { on: 'fragment:processed', fault: 'drop', ...given }),
  FragmentMessageRuleFields: (given) => v.parse(errorRule, { on: 'fragment:ack', fault: 'drop', ...given }),
  StreamMessageRuleFields: (given) => v.parse(errorRule, { on: 'stream:ready', fault: 'drop', ...given }),
  PushedErrorFields: (given) => v.parse(pushedError, { code: 'TIMEOUT', ...given }),
  CutFields: (given) => v.parse(cutOptions, { at: 'now', how: 'reset', ...given }),
  PlannedLifetime: (given) => v.parse(plannedRestart, { at: 'connect', ...given }),
  PlannedRefusal: (given) => v.parse(plannedRefusal, given),
  RestartFields: (given) => v.parse(plannedRestart, { at: 'connect', ...given }),
  ReceivedOptions: (given) => v.parse(receivedOptions, given),
  RefuseOptions: (given) => v.parse(refuseOptions, given),
  RestartOptions: (given) => v.parse(restartOptions, given),
  WaitForOptions: (given) => v.parse(waitForSchema, given),
  ExpectationFields: (given) => v.parse(expectationSchema, { event: 'stream:end', ...given }),
  FormatOptions: (given) => v.parse(formatOptions, given),
  ExploreOptions: (given) => toExploreSettings(given),
  FaultPlansOptions: (given) => toPlansSettings(given),
  FaultChoiceByKind: (given) => toPlansSettings({ faults: given }),
};

const WAIT_TIMEOUT = 'the environment variable `ECHO_STS_WAIT_TIMEOUT_MS`, else the option `waitTimeoutMs`: 4000';

/** Where nothing is filled in: the default follows from something else, or has no value of its own. */
const IN_WORDS: Readonly<Record<string, string>> = {
  'EchoStsOptions.seed': 'a random one, which the handle has as `seed`',
  'EchoStsOptions.auth': 'every connection is accepted',
  'EchoStsOptions.tls': 'plain HTTP',
  'EchoStsOptions.reorderWindow': "the stream's `max_inflight`",
  'EchoStsOptions.maxUnreadBytes':
    'the larger of 67108864 and the largest result × the `max_inflight` agreed with the worker',
  'EchoStsOptions.transcript': `fragment => \`fragment \${fragment.sequenceNumber}\``,
  'BackpressureOption.recommendedDelayMs': '500 with `slow_down`, 1000 with `pause`',
  'ProtocolFailureRule.retryable': 'what PROTOCOL §5 says of the code',
  'ProtocolCodeFields.retryable': 'what PROTOCOL §5 says of the code',
  'PushedProtocolError.severity': 'what PROTOCOL §5 says of the code',
  'PushedFatalError.severity': 'what PROTOCOL §5 says of the code',
  'PushedCustomError.severity': "'error'",
  'PushedFatalCustomError.severity': "'error'",
  // Only `true` counts.
  'RuleLifetime.optional': 'false',
  'CutFields.optional': 'false',
  'PlannedLifetime.optional': 'false',
  'SlowdownSignal.releaseAfterMs': 'none follows',
  'CutFields.times': '1, and for `now` all connections there are',
  'WaitForOptions.timeoutMs': WAIT_TIMEOUT,
  'WaitForSessionOptions.timeoutMs': WAIT_TIMEOUT,
  'TlsOption.passphrase': 'the key is not encrypted',
  'ScopeFields.conduct': 'the option `conduct`',
  'ExploreOptions.seed': 'a random one, which the report and the error have',
  'ExploreOptions.path': 'all, from the first',
  'ExploreOptions.signal': 'none',
  'ExploreOptions.onReport': 'prints `report.text` on the console when all runs passed',
  'ConnectOptions.token': 'the token in the address',
  'ConnectOptions.ca': 'the environment variable `ECHO_STS_CA`, otherwise the certificates that Node trusts',
};

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
const TAGS = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) =>
    tagsOf(ts.createSourceFile(name, readFileSync(`${SRC}${name}`, 'utf8'), ts.ScriptTarget.Latest, true)),
  );
const NAMES = TAGS.map(({ type, field }) => `${type}.${field}`);
const VALUES = TAGS.filter(({ type, field }) => IN_WORDS[`${type}.${field}`] === undefined);
const CASES = VALUES.map((tag) => [`${tag.type}.${tag.field}`, tag.text, tag] as const);

describe('a `@default`', () => {
  it.each(CASES)('of `%s`, %s, is what it is when it is left out', (_, text, { type, field }) => {
    const fill = FILLED_IN[type] ?? expect.fail(`${type} has defaults: say in FILLED_IN who fills them in`);
    expect(fill({ [field]: runInThisContext(`(${text})`) })).toStrictEqual(fill({}));
  });

  it('that is no value is one of those that are known to be none, in these words', () => {
    const inWords = TAGS.filter((tag) => !VALUES.includes(tag)).map(({ type, field, text }) => [
      `${type}.${field}`,
      text,
    ]);
    expect(Object.fromEntries(inWords)).toEqual(IN_WORDS);
  });

  it('is said of every option', () => {
    const options = [...Object.keys(DEFAULT_OPTIONS), 'seed', 'auth', 'tls', 'reorderWindow', 'maxUnreadBytes'].map(
      (name) => `EchoStsOptions.${name}`,
    );
    expect(NAMES.filter((name) => name.startsWith('EchoStsOptions.')).sort()).toEqual(options.sort());
  });

  it('is said of each type whose fields are filled in', () => {
    expect(Object.keys(FILLED_IN).filter((type) => !TAGS.some((tag) => tag.type === type))).toEqual([]);
  });
});

it('the defaults of the options are the settings without any', () => {
  const seed = 'any';
  expect(toSettings({ ...DEFAULT_OPTIONS, seed })).toStrictEqual(toSettings({ seed }));
});

/** Every tag of a field, with the type that the field belongs to. */
function tagsOf(node: ts.Node, type = ''): { type: string; field: string; text: string }[] {
  const isType = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
  const tags = ts.isPropertySignature(node)
    ? ts.getJSDocTags(node).filter((tag) => tag.tagName.text === 'default')
    : [];
  const own = tags.map((tag) => ({
    type,
    field: (node as ts.PropertySignature).name.getText(),
    text: ts.getTextOfJSDocComment(tag.comment) ?? '',
  }));
  const within = isType ? node.name.text : type;
  return [...own, ...node.getChildren().flatMap((child) => (ts.isJSDoc(child) ? [] : tagsOf(child, within)))];
}
