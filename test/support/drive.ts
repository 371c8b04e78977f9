/** Drives a core Session on a virtual clock: feeds inputs, jumps from one `wakeAt` to the next, keeps a transcript. */

import {
  type Cut,
  CutBook,
  DEFAULT_SETTINGS,
  type Effect,
  type Input,
  type Rule,
  RuleBook,
  Session,
  type SessionSettings,
  STREAM_DEFAULTS,
} from 'echo-sts/core';

export class Drive {
  readonly session: Session;
  /** Every effect so far, in order. */
  readonly effects: Effect[] = [];
  /** One line per effect: the time and its gist. */
  readonly transcript: string[] = [];
  now = 0;

  constructor(settings: Partial<SessionSettings> = {}) {
    const origin = { sessionId: 'session-1', handshake: {}, connectedAt: 0 };
    this.session = new Session(origin, { ...DEFAULT_SETTINGS, ...settings });
  }

  /** Feeds the inputs now; answers the effects of all of them. */
  feed(...inputs: Input[]): Effect[] {
    return inputs.flatMap((input) => this.#keep(this.session.handle(input, this.now)));
  }

  /** Lets the time pass, waking the session exactly when it asks to be. */
  advance(ms: number): Effect[] {
    const end = this.now + ms;
    const effects: Effect[] = [];
    while (this.session.wakeAt <= end) {
      this.now = Math.max(this.now, this.session.wakeAt);
      effects.push(...this.#keep(this.session.wake(this.now)));
    }
    this.now = end;
    return effects;
  }

  #keep(effects: Effect[]): Effect[] {
    this.effects.push(...effects);
    this.transcript.push(...effects.map((effect) => `${this.now} ${gist(effect)}`));
    return effects;
  }
}

/** A session with an active stream; its transcript begins after that. */
export function active(settings: Partial<SessionSettings> = {}, stream: Partial<InitInput> = {}): Drive {
  const drive = new Drive(settings);
  drive.feed(init(stream));
  drive.effects.length = 0;
  drive.transcript.length = 0;
  return drive;
}

/** A book of these rules, each without end unless it says otherwise. */
export function rules(...list: (Partial<Rule> & Pick<Rule, 'consequence'>)[]): { rules: RuleBook } {
  const book = new RuleBook('seed');
  for (const rule of list) book.add({ when: {}, times: Number.POSITIVE_INFINITY, after: 0, ...rule });
  return { rules: book };
}

/** A book of these cuts, each once unless it says otherwise. */
export function cuts(...list: (Partial<Cut> & Pick<Cut, 'at' | 'how'>)[]): { cuts: CutBook } {
  const book = new CutBook();
  for (const cut of list) book.add({ times: 1, ...cut });
  return { cuts: book };
}

type InitInput = Extract<Input, { kind: 'stream:init' }>;

export function init(overrides: Partial<InitInput> = {}): Input {
  return { kind: 'stream:init', streamId: 'stream-1', workerId: 'worker-1', ...STREAM_DEFAULTS, ...overrides };
}

export function fragment(
  sequenceNumber: number,
  fragmentId = `fragment-${sequenceNumber}`,
  streamId = 'stream-1',
): Input {
  const audio = { data_base64: `audio of ${fragmentId}` };
  return {
    kind: 'fragment:data',
    streamId,
    fragment: { fragmentId, streamId, sequenceNumber, timestamp: 1_700_000_000_000, audio },
  };
}

export const ack = (fragmentId: string): Input => ({
  kind: 'fragment:ack',
  fragmentId,
  status: 'applied',
  timestamp: 1,
});
export const pause: Input = { kind: 'stream:pause', streamId: 'stream-1', reason: 'lunch' };
export const resume: Input = { kind: 'stream:resume', streamId: 'stream-1' };
export const end: Input = { kind: 'stream:end', streamId: 'stream-1', reason: 'done' };
export const disconnect: Input = { kind: 'disconnect', reason: 'transport close' };
export const unknown: Input = { kind: 'unknown', event: 'fragment:dta' };
export const delay = (delayMs: number): Input => ({ kind: 'delay', delayMs });
export const malformed: Input = { kind: 'malformed', refusal: { code: 'INVALID_CONFIG', message: 'bad payload' } };

function gist(effect: Effect): string {
  switch (effect.kind) {
    case 'stream:ready':
      return `stream:ready ${effect.maxInflight}`;
    case 'fragment:ack':
      return `fragment:ack ${effect.fragmentId} behind ${effect.queuePosition}, done in ${effect.estimatedCompletionMs}`;
    case 'fragment:processed':
      return `fragment:processed ${effect.sequenceNumber} ${effect.status}`;
    case 'stream:complete':
      return `stream:complete ${effect.totalFragments}`;
    case 'backpressure':
      return `backpressure ${effect.severity}/${effect.action} ${effect.currentInflight}`;
    case 'error':
      return `error ${effect.severity} ${effect.code}`;
    case 'config:error_simulation:ack':
      return `config:error_simulation:ack ${effect.status} ${effect.rulesCount}`;
    case 'config:processing_delay:ack':
    case 'config:backpressure:ack':
      return `${effect.kind} ${effect.status}`;
    case 'simulate:disconnect:ack':
      return `simulate:disconnect:ack at ${effect.disconnectAtMs}`;
    case 'disconnect':
      return `disconnect, ${effect.reason}`;
  }
}
