import { describe, expect, it } from 'vitest';
import { RateLimit } from '../../src/core/rate-limit.js';
import { active, Drive, fragment, init, rules } from '../support/drive.js';

const withoutAcks = (drive: Drive) => drive.transcript.filter((line) => !line.includes('fragment:ack'));

describe('a limit of fragments in a minute', () => {
  it('refuses with RATE_LIMIT what is too many, and says when to come again', () => {
    const drive = active({ maxFragmentsPerMinute: 2 });
    drive.feed(fragment(0));
    drive.advance(10_000);
    drive.feed(fragment(1));
    drive.advance(5000);
    drive.feed(fragment(2));
    expect(drive.effects.at(-1)).toEqual({
      kind: 'error',
      errorId: 'session-1:1',
      streamId: 'stream-1',
      fragmentId: 'fragment-2',
      code: 'RATE_LIMIT',
      message: 'Too many fragments in a minute; wait 45000 ms, then resend this one.',
      severity: 'warning',
      retryable: true,
      metadata: { retryAfterMs: 45_000 },
    });
    expect(drive.session.snapshot()).toMatchObject({ totalFragments: 2, expectedSequenceNumber: 2 });
  });

  it('takes a fragment again exactly when it said so', () => {
    const drive = active({ maxFragmentsPerMinute: 1 });
    drive.feed(fragment(0));
    drive.advance(59_999);
    drive.feed(fragment(1));
    drive.advance(1);
    drive.feed(fragment(1));
    expect(withoutAcks(drive)).toEqual([
      '0 fragment:processed 0 success',
      '59999 error warning RATE_LIMIT',
      '60000 fragment:processed 1 success',
    ]);
  });

  it('slides: any minute counts, not the one on the clock', () => {
    const drive = active({ maxFragmentsPerMinute: 2 });
    for (const number of [0, 1, 2, 2, 3, 3]) {
      drive.feed(fragment(number));
      drive.advance(30_000);
    }
    expect(withoutAcks(drive)).toEqual([
      '0 fragment:processed 0 success',
      '30000 fragment:processed 1 success',
      '60000 fragment:processed 2 success',
      '90000 error error INVALID_SEQUENCE',
      '120000 fragment:processed 3 success',
      '150000 error error INVALID_SEQUENCE',
    ]);
    drive.feed(fragment(4), fragment(5), fragment(6));
    expect(withoutAcks(drive).slice(-3)).toEqual([
      '180000 fragment:processed 4 success',
      '180000 fragment:processed 5 success',
      '180000 error warning RATE_LIMIT',
    ]);
    expect(drive.effects.at(-1)).toMatchObject({ metadata: { retryAfterMs: 60_000 } });
  });

  it('counts retries, and not what was refused', () => {
    const failing = rules({ consequence: { error: { code: 'TIMEOUT', message: '', retryable: true }, delayMs: 0 } });
    const drive = active({ ...failing, maxFragmentsPerMinute: 2 });
    drive.feed(fragment(0), fragment(9), fragment(0), fragment(0));
    expect(withoutAcks(drive)).toEqual([
      '0 fragment:processed 0 failed',
      '0 error error INVALID_SEQUENCE',
      '0 fragment:processed 0 failed',
      '0 error warning RATE_LIMIT',
    ]);
  });

  it('names a duplicate as such, for waiting does not mend it', () => {
    const drive = active({ maxFragmentsPerMinute: 1 });
    drive.feed(fragment(0), fragment(0));
    expect(drive.transcript.at(-1)).toBe('0 error error INVALID_SEQUENCE');
  });

  it('is each stream’s own', () => {
    const settings = { maxFragmentsPerMinute: 1 };
    const [one, other] = [active(settings), new Drive(settings)];
    one.feed(fragment(0));
    other.feed(init({ streamId: 'stream-2' }), fragment(0, 'a', 'stream-2'));
    expect(other.transcript.at(-1)).toBe('0 fragment:processed 0 success');
  });

  it('is off by default', () => {
    const drive = active();
    for (let number = 0; number < 2000; number += 1) drive.feed(fragment(number));
    expect(drive.transcript.filter((line) => line.includes('error'))).toEqual([]);
  });

  it('remembers no more times than it needs', () => {
    const limit = new RateLimit(2);
    for (const now of [0, 1, 60_002, 60_003, 60_004]) limit.count(now);
    expect([limit.waitMs(60_004), limit.waitMs(120_002), limit.waitMs(120_003)]).toEqual([59_999, 1, 0]);
  });
});
