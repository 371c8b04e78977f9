/** The test-only events of a worker, and the replies to them (PROTOCOL §2). Types only. */

import type { BackpressurePlan } from './backpressure.js';
import type { Rule } from './rule.js';

/** The test-only events (PROTOCOL §2). */
export type TestEvent =
  | {
      readonly kind: 'config:error_simulation';
      /** The rules that replace those of the scope; an empty list switches simulation off. */
      readonly rules: readonly Rule[];
      readonly scope: 'session' | 'server';
      /** The stream whose session is changed, if not this one (PROTOCOL §6.13). */
      readonly streamId?: string;
    }
  | { readonly kind: 'config:processing_delay'; readonly delayMs: number }
  | { readonly kind: 'config:backpressure'; readonly plan: BackpressurePlan }
  | {
      readonly kind: 'simulate:disconnect';
      readonly delayMs: number;
      readonly reason?: string;
      readonly streamId?: string;
    };

/** The replies to the test-only events (PROTOCOL §2). */
export type TestEventAnswer =
  | {
      readonly kind: 'config:error_simulation:ack';
      readonly status: TestEventStatus;
      readonly rulesCount: number;
      readonly message?: string;
    }
  | {
      readonly kind: 'config:processing_delay:ack';
      readonly status: TestEventStatus;
      /** Absent when it was rejected. */
      readonly delayMs?: number;
      readonly message?: string;
    }
  | { readonly kind: 'config:backpressure:ack'; readonly status: TestEventStatus; readonly message?: string }
  | {
      readonly kind: 'simulate:disconnect:ack';
      readonly status: 'scheduled';
      readonly disconnectAtMs: number;
      readonly message: string;
    };

/** Whether a test-only event was carried out. */
export type TestEventStatus = 'accepted' | 'rejected';
