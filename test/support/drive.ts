/** Drives a core Session on a virtual clock: feeds inputs, jumps from one `wakeAt` to the next, keeps a transcript. */

import {
  type Action,
  type BackpressureSignal,
  type Claim,
  type Cut,
  DEFAULT_SETTINGS,
  type Disconnect,
  type Effect,
  type FailureForm,
  type Handshake,
  type Input,
  isMessage,
  type Message,
  type Note,
  type Rule,
  type ServerRestart,
  Session,
  type SessionOrigin,
  type SessionSettings,
  STREAM_DEFAULTS,
} from 'echo-sts/core';
import { ActionBook } from '../../src/core/actions.js';
import { RuleBook } from '../../src/core/rules.js';

/** What is done on the line: a message, or its end. */
export type Deed = (Message | Disconnect | ServerRestart) & { readonly inReplyTo?: number };

export class Drive {
  readonly session: Session;
  /** What has been done on the line so far, in order. */
  readonly effects: Deed[] = [];
  /** One line per effect: the time and what it says. */
  readonly transcript: string[] = [];
  /** Every note so far, in order. */
  readonly notes: Note[] = [];
  /** One line per note: the time and what it says. */
  readonly remarks: string[] = [];
  /** Every claim so far, in order. */
  readonly claims: Claim[] = [];
  now = 0;

  constructor(settings: Partial<SessionSettings> = {}, handshake: Handshake = {}, more: Partial<SessionOrigin> = {}) {
    const origin = { sessionId: 'session-1', handshake, connectedAt: 0, ...more };
    this.session = new Session(origin, { ...DEFAULT_SETTINGS, ...settings });
  }

  /** Feeds the inputs, each in a turn of its own, at the end of which comes what is due; returns what is done on the line. */
  feed(...inputs: Input[]): Deed[] {
    return inputs.flatMap((input) => this.feedTogether(input));
  }

  /** The same, but all have come in one turn. */
  feedTogether(...inputs: Input[]): Deed[] {
    const deeds = inputs.flatMap((input) => this.#keep(this.session.handle(input, this.now)));
    return [...deeds, ...this.#keep(this.session.wake(this.now))];
  }

  /** Lets the time pass, waking the session exactly when it asks to be. */
  advance(ms: number): Deed[] {
    const end = this.now + ms;
    const effects: Deed[] = [];
    while (this.session.wakeAt <= end) {
      this.now = Math.max(this.now, this.session.wakeAt);
      effects.push(...this.#keep(this.session.wake(this.now)));
    }
    this.now = end;
    return effects;
  }

  #keep(effects: Effect[]): Deed[] {
    const deeds = effects.filter(isDeed);
    this.effects.push(...deeds);
    this.transcript.push(...deeds.map((deed) => `${this.now} ${summarize(deed)}`));
    for (const effect of effects) {
      if (effect.kind === 'claim') this.claims.push(effect);
      else if (!isDeed(effect)) this.#note(effect);
    }
    return deeds;
  }

  #note(note: Note): void {
    this.notes.push(note);
    this.remarks.push(`${this.now} ${remark(note)}`);
  }
}

function isDeed(effect: Effect): effect is Deed {
  return isMessage(effect) || effect.kind === 'disconnect' || effect.kind === 'restart';
}

/** A session with an active stream; its transcript and remarks begin after that. */
export function active(settings: Partial<SessionSettings> = {}, stream: Partial<InitInput> = {}): Drive {
  const drive = new Drive(settings);
  drive.feed(init(stream));
  drive.effects.length = 0;
  drive.transcript.length = 0;
  drive.notes.length = 0;
  drive.remarks.length = 0;
  return drive;
}

/** The same drive, after these inputs. */
export function fed(drive: Drive, ...inputs: Input[]): Drive {
  drive.feed(...inputs);
  return drive;
}

/** The remarks that say what the worker did wrong. */
export const accusations = (drive: Drive): string[] => drive.remarks.filter((line) => !/ (rule|gap) /.test(line));

/** A book of these rules, each without end unless it says otherwise. */
export function rules(...list: (Partial<Rule> & Pick<Rule, 'consequence'>)[]): { rules: RuleBook } {
  const book = new RuleBook('seed');
  for (const rule of list) book.add({ when: {}, times: Number.POSITIVE_INFINITY, after: 0, ...rule });
  return { rules: book };
}

/** The first fragment fails, or whichever comes when the rule has its turn. */
export const failingOnce = (retryable: boolean, as: FailureForm = 'failed') =>
  rules({ times: 1, consequence: { error: { code: 'TIMEOUT', message: '', retryable }, as, delayMs: 0 } });
/** With this fragment the stream falls silent. */
export const silencing = (sequenceNumber: number) =>
  rules({ when: { sequenceNumber }, consequence: { fault: 'silence', delayMs: 0 } });

/** A book of these cuts, each once unless it says otherwise. */
export function cuts(...list: (Partial<Cut> & Pick<Cut, 'at' | 'how'>)[]): { actions: ActionBook } {
  return actions(...list.map((cut) => ({ kind: 'cut' as const, times: 1, ...cut })));
}

/** A book of these actions. */
export function actions(...list: Action[]): { actions: ActionBook } {
  const book = new ActionBook();
  for (const action of list) book.add(action);
  return { actions: book };
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
export const disconnect: Input = { kind: 'disconnect', reason: 'transport close', by: 'worker' };
export const push = (action: BackpressureSignal['action'], recommendedDelayMs?: number): Input => ({
  kind: 'push backpressure',
  signal: { severity: 'high', action, ...(recommendedDelayMs !== undefined && { recommendedDelayMs }) },
});
export const heard = (signal: number): Input => ({ kind: 'heard', signal });
export const unknown: Input = { kind: 'unknown', event: 'fragment:dta' };
export const delay = (delayMs: number): Input => ({ kind: 'delay', level: 'server', delayMs });
export const malformed: Input = { kind: 'malformed', refusal: { code: 'INVALID_CONFIG', message: 'bad payload' } };

function remark(note: Note): string {
  switch (note.kind) {
    case 'rule':
      return `rule ${note.rule.number} hits ${note.sequenceNumber ?? note.on}`;
    case 'gap':
      return `gap ${note.missingSequenceNumbers.join(', ')}`;
    case 'violation':
      return [note.violation, note.sequenceNumber].filter((part) => part !== undefined).join(' ');
  }
}

function summarize(effect: Deed): string {
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
    case 'restart':
      return `restart, down for ${effect.downForMs}`;
  }
}
