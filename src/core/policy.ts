/**
 * Resolves the settings of a session: those of its stream take precedence over those of its scope, and those over the
 * server's (PROTOCOL §6.13).
 */

import type { ActionBook } from './actions.js';
import type { BackpressurePlan } from './backpressure.js';
import type { SettingsLevel } from './protocol.js';
import { RuleBook } from './rules.js';
import { DEFAULT_SETTINGS, type ScopeSettings, type SessionSettings } from './settings.js';
import type { DelayPlan } from './vocabulary.js';

const NO_RULES: readonly RuleBook[] = [];
const NO_ACTIONS: readonly ActionBook[] = [];

export class Policy {
  readonly #delay: Levels<DelayPlan>;
  readonly #backpressure: Levels<BackpressurePlan>;
  readonly #server: SessionSettings;
  /** Made when it is first asked for: most sessions have no rule that is theirs alone. */
  #rules: RuleBook | undefined;
  /** All rule books, in the order in which they are matched. */
  ruleBooks = NO_RULES;
  /** All books of planned actions, in the order in which they are matched. */
  actionBooks = NO_ACTIONS;

  constructor(settings: SessionSettings) {
    this.#server = settings;
    this.#delay = new Levels(settings.delayMs);
    this.#backpressure = new Levels(settings.backpressure);
    this.claim(undefined);
  }

  /** The rules of this session alone (PROTOCOL §6.13). */
  get rules(): RuleBook {
    if (this.#rules === undefined) {
      // A separate seed: each book numbers its rules from 1, and the first rules of two books must not draw the same
      // number.
      this.#rules = new RuleBook(`${this.#server.seed}, session`);
      this.ruleBooks = [this.#rules, ...this.ruleBooks];
    }
    return this.#rules;
  }

  /** The processing delay of a fragment that arrives now. */
  get delayMs(): DelayPlan {
    return this.#delay.current;
  }

  /** The backpressure that is simulated now (PROTOCOL §6.6). */
  get backpressure(): BackpressurePlan {
    return this.#backpressure.current;
  }

  /** Whether functions of the caller's are passed the fragments, and may keep them. */
  get showsFragments(): boolean {
    const { transcript } = this.#server;
    const isCallers = typeof transcript === 'function' && transcript !== DEFAULT_SETTINGS.transcript;
    return isCallers || typeof this.delayMs === 'function' || this.ruleBooks.some(({ hasPredicates }) => hasPredicates);
  }

  claim(scope: ScopeSettings | undefined): void {
    // `concat` leaves no room for more, of which a list that `filter` returns has much.
    this.ruleBooks = NO_RULES.concat(this.#rules ?? [], scope?.rules ?? [], this.#server.rules ?? []);
    this.actionBooks = NO_ACTIONS.concat(scope?.actions ?? [], this.#server.actions ?? []);
    this.#delay.scope = scope?.delayMs;
    this.#backpressure.scope = scope?.backpressure;
  }

  setDelay(level: Level, plan: DelayPlan): void {
    this.#delay.set(level, plan);
  }

  setBackpressure(level: Level, plan: BackpressurePlan): void {
    this.#backpressure.set(level, plan);
  }
}

type Level = SettingsLevel | 'stream';

/** One setting at the levels of the stream, its scope and the server. */
class Levels<Value> {
  #stream: Value | undefined;
  scope: Value | undefined;
  #server: Value;

  constructor(server: Value) {
    this.#server = server;
  }

  get current(): Value {
    return this.#stream ?? this.scope ?? this.#server;
  }

  /** A setting of the scope replaces the stream's. A setting of the server does so only if the scope has none. */
  set(level: Level, value: Value): void {
    if (level === 'stream') {
      this.#stream = value;
      return;
    }
    if (level === 'scope') this.scope = value;
    else this.#server = value;
    if (level === 'scope' || this.scope === undefined) this.#stream = undefined;
  }
}
