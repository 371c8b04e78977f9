import { describe, expect, it } from 'vitest';
import { fieldMeantBy, isMisspelt, meantBy } from '../../src/checks/spelling.js';

describe('a name', () => {
  it.each([
    ['fragment:dta', 'fragment:data'],
    ['fragment:atda', 'fragment:data'],
    ['fragment_proccesed', 'fragment:processed'],
    ['DELAYMS', 'delayMs'],
    ['prot', 'port'],
    ['dleay', 'delayMs'],
    ['delya', 'delay-ms'],
    ['maxMesage', 'maxMessageBytes'],
    ['samplerat', 'sample_rate_hz'],
  ])('%s is %s misspelt', (name, meant) => {
    expect(isMisspelt(name, meant)).toBe(true);
  });

  it.each([
    ['up', 'in'],
    ['both', 'note'],
    ['timeout', 'times'],
    ['param', 'programs'],
    ['', 'in'],
    ['5', '6'],
    ['x'.repeat(61), 'x'.repeat(60)],
  ])('%j is not taken for %j', (name, meant) => {
    expect(isMisspelt(name, meant)).toBe(false);
  });

  it('is most likely the one that it is nearest to', () => {
    const names = ['processed', 'posted', 'post'];
    expect(['psot', 'posed', 'procesed', 'other'].map((name) => meantBy(name, names))).toEqual([
      'post',
      'posted',
      'processed',
      undefined,
    ]);
  });
});

describe('a field that is missing', () => {
  it.each([
    ['audio.data_base64', { audio: { data: '', format: 'm4a' } }, 'audio.data'],
    ['audio.sample_rate_hz', { audio: { sampleRateHz: 48000 } }, 'audio.sampleRateHz'],
    ['audio.sample_rate_hz', { audio: { sample_rate: 48000 } }, 'audio.sample_rate'],
    ['audio.duration_ms', { duration_ms: 6000, audio: {} }, 'duration_ms'],
    ['config.target_language', { target_language: 'fr', config: {} }, 'target_language'],
    ['stream_id', { config: { stream_id: 'news' } }, 'config.stream_id'],
    ['fragment_id', { id: 'f-0' }, 'id'],
    ['worker_id', { worker: 'w' }, 'worker'],
  ])('%s of %j is %s', (path, whole, meant) => {
    expect(fieldMeantBy(path, whole)).toBe(meant);
  });

  it.each([
    ['audio.data_base64', { audio: { format: 'm4a' } }],
    ['audio.data_base64', {}],
    ['audio.data_base64', { audio: 'text' }],
    ['stream_id', { fragment_id: 'f-0', sequence_number: 0 }],
    ['payload', undefined],
    ['stream_id', Object.fromEntries(Array.from({ length: 101 }, (_, at) => [at === 100 ? 'stream_di' : `x${at}`, 1]))],
  ])('%s is none of those that are there, case %#', (path, whole) => {
    expect(fieldMeantBy(path, whole)).toBeUndefined();
  });
});
