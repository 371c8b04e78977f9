/**
 * What a session goes by, resolved in one place: what was set for its stream comes before what its scope has, and that
 * before what the server has (PROTOCOL §6.13).
 */

import type { BackpressurePlan } from './backpressure.js';
import type { CutBook } from './cuts.js';
import type { SettingsLevel } from './protocol.js';
import { RuleBook } from './rules.js';
import type { ScopeSettings, SessionSettings } from './settings.js';
import type { DelayPlan } from './vocabulary.js';

export class Policy {
  readonly #delay: Levels<DelayPlan>;
  readonly #backpressure: Levels<BackpressurePlan>;
  readonly #server: SessionSettings;
  /** The rules of this session alone (PROTOCOL §6.13). */
  readonly rules: RuleBook;
  /** All that are asked, in this order. */
  ruleBooks: readonly RuleBook[] = [];
  /** All that are asked, in this order. */
  cutBooks: readonly CutBook[] = [];

  constructor(settings: SessionSettings) {
    this.#server = settings;
    // A seed of its own: rules are numbered in each book, and the first of two books must not draw the same.
    this.rules = new RuleBook(`${settings.seed}, session`);
    this.#delay = new Levels(settings.delayMs);
    this.#backpressure = new Levels(settings.backpressure);
    this.claim(undefined);
  }

  /** How long a fragment takes that arrives now. */
  get delayMs(): DelayPlan {
    return this.#delay.current;
  }

  /** What is simulated now, whenever it is evaluated (PROTOCOL §6.6). */
  get backpressure(): BackpressurePlan {
    return this.#backpressure.current;
  }

  claim(scope: ScopeSettings | undefined): void {
    this.ruleBooks = [this.rules, scope?.rules, this.#server.rules].filter((book) => book !== undefined);
    this.cutBooks = [scope?.cuts, this.#server.cuts].filter((book) => book !== undefined);
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

/** One setting as it was made for the stream, for its scope and for the server. */
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

  /** What a test sets replaces what the stream has set for itself; what the server sets, not where a scope has its own. */
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
