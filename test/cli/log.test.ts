/** What is logged of an entry, and when. */

import { describe, expect, it } from 'vitest';
import { entryLine, isColoured, isLogged, LOG_LEVELS, type LogLevel, ownLine } from '../../src/cli/log.js';
import type { TimelineEntry } from '../../src/timeline/entry.js';

const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const entry = (more: object) => ({ n: 7, atMs: AT, streamId: 'news', ...more }) as unknown as TimelineEntry;

const READY = entry({ direction: 'out', event: 'stream:ready', payload: { max_inflight: 3 } });
const ERROR = entry({ direction: 'out', event: 'error', payload: { code: 'TIMEOUT', message: 'too slow' } });
const VIOLATION = entry({ direction: 'note', event: 'violation', payload: { kind: 'unknown-event', message: 'no' } });

const line = (logged: TimelineEntry, logLevel: LogLevel, more: object = {}) =>
  entryLine({ entry: logged }, { logLevel, isJson: false, isColoured: false, ...more });

describe('a line', () => {
  it('has time, level, direction, stream and summary', () => {
    expect([line(READY, 'info'), line(ERROR, 'info'), line(VIOLATION, 'info')]).toEqual([
      '03:04:05.678Z info  ← news          stream:ready  max_inflight 3',
      '03:04:05.678Z error ← news          error  TIMEOUT: too slow',
      '03:04:05.678Z warn  · news          violation  unknown-event: no',
    ]);
  });

  it('has the payload as well at the level `debug`', () => {
    expect(line(READY, 'debug')).toBe(`${line(READY, 'info')}  {"max_inflight":3}`);
  });

  it('is coloured by its level where there are colours', () => {
    expect(line(READY, 'info', { isColoured: true })).toMatch(/^.\[2m03:04:05\.678Z.\[0m info .*.\[0m$/);
    expect(line(VIOLATION, 'info', { isColoured: true })).toContain('\u001b[33mwarn ');
    expect(line(ERROR, 'info', { isColoured: true })).toContain('\u001b[31merror');
  });

  it('moves no cursor, whatever a worker calls its stream', () => {
    const evil = entry({ ...READY, streamId: '\u001b[2J\nnews', payload: { max_inflight: '\u001b[2J\u2028' } });
    for (const logLevel of ['info', 'debug'] as const) expect(line(evil, logLevel)).not.toMatch(/[\p{Cc}\p{Zl}]/u);
    expect(line(entry({ ...READY, streamId: 'x'.repeat(1000) }), 'info')?.length).toBeLessThan(100);
  });

  it('is the entry itself as JSON, on one line', () => {
    for (const logLevel of ['info', 'debug'] as const) {
      const json = line(READY, logLevel, { isJson: true, isColoured: true }) ?? '';
      expect(json).not.toContain('\n');
      expect(JSON.parse(json)).toEqual({ level: 'info', ...READY });
    }
  });
});

describe('a log level', () => {
  it('lets through its own level and higher ones', () => {
    const logged = (logLevel: LogLevel) =>
      [READY, VIOLATION, ERROR].filter((each) => line(each, logLevel) !== undefined).map(({ event }) => event);
    expect(LOG_LEVELS.map((logLevel) => [logLevel, ...logged(logLevel)])).toEqual([
      ['debug', 'stream:ready', 'violation', 'error'],
      ['info', 'stream:ready', 'violation', 'error'],
      ['warn', 'violation', 'error'],
      ['error', 'error'],
      ['silent'],
    ]);
    expect(isLogged('info', 'warn')).toBe(false);
  });
});

it('a line about the program is a sentence, or JSON', () => {
  const style = { logLevel: 'info', isColoured: false } as const;
  expect(ownLine('It listens.', 'listening', { port: 1 }, { ...style, isJson: false })).toBe('It listens.');
  const json = ownLine('It listens.', 'listening', { port: 1 }, { ...style, isJson: true });
  expect(JSON.parse(json)).toEqual({ level: 'info', event: 'listening', port: 1 });
});

it('there are colours on a terminal only, unless nobody wants them', () => {
  expect(isColoured({ isTTY: true }, {})).toBe(true);
  expect(isColoured({ isTTY: true }, { NO_COLOR: '' })).toBe(true);
  expect(isColoured({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
  expect(isColoured({}, {})).toBe(false);
});
