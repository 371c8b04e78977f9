/** Handles made by hand: a recording that a test writes line by line, and what the matchers read of a handle. */

import { stripVTControlCharacters } from 'node:util';
import { DEFAULT_SETTINGS, Session, type SessionSnapshot } from 'echo-sts/core';
import { SCENE, type Scene } from '../../src/failures/scene.js';
import type { Violation } from '../../src/record/violation-log.js';
import type { Cause, Direction, TimelineEntry } from '../../src/timeline/entry.js';
import { hashOf } from '../support/hash.js';

const STARTED_AT = 1_760_000_000_000;

/** What an entry may say besides its payload. */
interface About {
  readonly streamId?: string;
  readonly sessionId?: string;
  readonly sequenceNumber?: number;
  readonly cause?: Cause;
}

/** A timeline that grows by 5 ms with each entry. */
export class Recording {
  readonly entries: TimelineEntry[] = [];
  #next: number;

  constructor(first = 1) {
    this.#next = first;
  }

  add(direction: Direction, event: string, payload: object, about: About = {}): this {
    const n = this.#next++;
    const fields = { n, atMs: STARTED_AT + n * 5, direction, event, streamId: 'news', sessionId: 'session-1' };
    this.entries.push({ ...fields, payload, ...about } as TimelineEntry);
    return this;
  }

  init(streamId = 'news', about: About = {}): this {
    const payload = { stream_id: streamId, worker_id: 'w-1', config: { target_language: 'fr' } };
    return this.add('in', 'stream:init', payload, { streamId, ...about });
  }

  data(n: number, audio: Uint8Array = bytes(n), more: object = {}, about: About = {}): this {
    const payload = { fragment_id: `f-${n}`, stream_id: 'news', sequence_number: n, timestamp: STARTED_AT };
    return this.add(
      'in',
      'fragment:data',
      { ...payload, audio: summary(audio), ...more },
      {
        sequenceNumber: n,
        ...about,
      },
    );
  }

  success(n: number, audio: Uint8Array | undefined = bytes(n), about: About = {}): this {
    return this.result(n, { status: 'success', dubbed_audio: summary(audio) }, about);
  }

  failed(n: number, retryable: boolean): this {
    return this.result(n, { status: 'failed', error: { code: 'TIMEOUT', message: 'Simulated error', retryable } });
  }

  result(n: number, more: object, about: About = {}): this {
    const payload = { fragment_id: `f-${n}`, stream_id: 'news', sequence_number: n, processing_time_ms: 40 };
    return this.add('out', 'fragment:processed', { ...payload, ...more }, { sequenceNumber: n, ...about });
  }

  error(code: string, message: string, more: object = {}, about: About = {}): this {
    const payload = { error_id: 'e-1', code, message, severity: 'error', retryable: false };
    return this.add('out', 'error', { ...payload, ...more }, about);
  }

  complete(about: About = {}): this {
    return this.add('out', 'stream:complete', { stream_id: 'news', total_fragments: 0 }, about);
  }
}

/** What the matchers read of a fixture or a scope. */
export interface FakeHandle {
  violations(): readonly Violation[];
  [SCENE](): Scene;
}

export function fixture(
  { entries }: Recording = new Recording(),
  sessions: readonly SessionSnapshot[] = [session()],
  violations: readonly Violation[] = [],
): FakeHandle {
  return { violations: () => violations, [SCENE]: () => ({ entries, sessions, seed: 'seed-1' }) };
}

/** What `session(streamId)` answers; the session may have gone on since then, or be forgotten. */
export function view(
  recording: Recording = new Recording(),
  shown: SessionSnapshot = session(),
  sessions: readonly SessionSnapshot[] = [shown],
): SessionSnapshot & FakeHandle {
  return Object.freeze({ ...shown, ...fixture(recording, sessions) });
}

export function session(more: Partial<SessionSnapshot> = {}): SessionSnapshot {
  const fresh = new Session({ sessionId: 'session-1', handshake: {}, connectedAt: STARTED_AT }, DEFAULT_SETTINGS);
  return { ...fresh.snapshot(), streamId: 'news', workerId: 'w-1', state: 'active', ...more };
}

/** Twelve bytes that differ from one fragment to the next. */
export function bytes(n: number): Uint8Array {
  return Uint8Array.from({ length: 12 }, (_, index) => n * 16 + index);
}

/** As a timeline shows audio. */
export function summary(audio: Uint8Array): object {
  const hash = hashOf(audio);
  return { format: 'm4a', sample_rate_hz: 48000, channels: 2, duration_ms: 6000, bytes: audio.length, hash };
}

/** What the assertion says when it fails, without colours. */
export function failureOf(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return stripVTControlCharacters(error instanceof Error ? error.message : String(error));
  }
  throw new Error('expected the assertion to fail, but it held');
}

/** Where an approved text lies. */
export function approved(name: string): string {
  return `../approved/matchers-${name}.txt`;
}
