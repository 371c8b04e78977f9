import { describe, expect, it } from 'vitest';
import { story } from '../../src/explore/story.js';
import type { FaultPlan } from '../../src/options/fault-plan.js';

const optional = true;

describe('a plan is told as one sentence', () => {
  const stories: [plan: FaultPlan, sentence: string][] = [
    [{}, 'Nothing goes wrong.'],
    [
      {
        errorRules: [{ when: { sequenceNumber: 2 }, code: 'TIMEOUT', times: 1, optional }],
        cuts: [{ at: 'after-ack', sequenceNumber: 3, how: 'reset', optional }],
      },
      'Fragment 2 fails with TIMEOUT once, and the connection is reset after the ack of fragment 3.',
    ],
    [
      { errorRules: [{ when: { sequenceNumber: 2 }, code: 'TIMEOUT', times: 2 }] },
      'Fragment 2 fails with TIMEOUT 2 times.',
    ],
    [{ errorRules: [{ when: {}, code: 'TIMEOUT' }] }, 'Each fragment fails with TIMEOUT.'],
    [
      { errorRules: [{ when: { attempt: 1 }, code: 'GPU_OOM', times: 3 }] },
      'The first attempts of 3 fragments fail with GPU_OOM.',
    ],
    [
      { errorRules: [{ when: { attempt: 1 }, code: 'GPU_OOM' }] },
      'The first attempt of each fragment fails with GPU_OOM.',
    ],
    [
      { errorRules: [{ when: { sequenceNumber: 0 }, code: 'RATE_LIMIT', as: 'partial', times: 1 }] },
      'Fragment 0 comes back as partial with RATE_LIMIT once.',
    ],
    [
      { errorRules: [{ when: { sequenceNumber: 1 }, fault: 'late', delayMs: 20 }] },
      'The result of fragment 1 comes late by 20 ms.',
    ],
    [
      { errorRules: [{ on: 'fragment:ack', when: { sequenceNumber: 1 }, fault: 'drop' }] },
      'The ack of fragment 1 is lost.',
    ],
    [{ errorRules: [{ on: 'stream:ready', fault: 'duplicate' }] }, '`stream:ready` comes twice.'],
    [
      { signals: [{ at: 'after-ack', sequenceNumber: 0, severity: 'high', action: 'pause', releaseAfterMs: 50 }] },
      'The service asks the worker to pause for 50 ms after the ack of fragment 0.',
    ],
    [
      {
        signals: [{ at: 'before-processed', severity: 'medium', action: 'slow_down', recommendedDelayMs: 40 }],
      },
      'The service asks the worker to leave 40 ms between two fragments before the result of any fragment.',
    ],
    [
      { delayMs: 20, capacity: 1, backpressure: true },
      'Each fragment takes 20 ms, the service processes 1 at a time, and the service signals its load.',
    ],
    [{ delayMs: { min: 5, max: 20 } }, 'Each fragment takes 5 to 20 ms.'],
    [
      { restarts: [{ at: 'after-ready', downForMs: 10 }], refusals: [{ after: 1, status: 429 }] },
      'The service restarts and is away for 10 ms after `stream:ready`, and after 1 the next connection is refused with 429.',
    ],
    [{ refusals: [{ times: 2 }] }, 'The first 2 connections are refused with 503.'],
    [
      { cuts: [{ at: 'connect', how: 'server-disconnect' }] },
      'The service disconnects the worker as soon as it is open.',
    ],
  ];

  it.each(stories)('%j', (plan, sentence) => {
    expect(story(plan)).toBe(sentence);
  });
});
