import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf, rerunLine, rerunOf } from '../../src/explore/rerun.js';

const rerun = { place: '1a2b3c4d', seed: -17, path: '3:0:1', shape: { fragments: 6, completes: true } };

describe('the line for running a plan again', () => {
  it('names the place, the seed, the path and the shape', () => {
    expect(rerunLine(rerun)).toBe('ECHO_STS_EXPLORE=1a2b3c4d,-17,3:0:1,6,complete');
  });

  it('is read as it was written', () => {
    const shape = fc.record({ fragments: fc.nat(), completes: fc.boolean() });
    const reruns = fc.record({
      place: fc.constant('place'),
      seed: fc.integer(),
      path: fc.constantFrom('0', '12:3:0'),
      shape,
    });
    fc.assert(
      fc.property(reruns, (each) => {
        expect(rerunOf(rerunLine(each))).toEqual(each);
      }),
    );
  });

  it('is read without the name of the variable, and with it', () => {
    expect(rerunOf('1a2b3c4d,-17,3:0:1,6,complete')).toEqual(rerun);
    expect(rerunOf(' ECHO_STS_EXPLORE=1a2b3c4d,-17,3:0:1,6,complete\n')).toEqual(rerun);
  });

  it.each([undefined, ''])('is absent when the variable is %j', (text) => {
    expect(rerunOf(text)).toBeUndefined();
  });

  it.each(['1a2b3c4d', 'A=B=a,1,2,3,open', 'a,b,c,d,e', 'a,1,2,3,done', 'a,1,,3,open', 'a,1,:,3,open'])(
    'is refused as %j, with what to do',
    (text) => {
      expect(() => rerunOf(text)).toThrow(
        `\`ECHO_STS_EXPLORE\` expected the line of an error of \`explore\`, got "${text}"; copy all of it.`,
      );
    },
  );
});

describe('a place', () => {
  const frame = (file: string, line: number) => [
    `    at Object.<anonymous> (${file}:${line}:5)`,
    '    at later (x.js:1:1)',
  ];

  it('is the same on every machine, and whether the frame is a path or an address', () => {
    const here = placeOf(frame('/home/me/project/test/a.test.ts', 7), '/home/me/project');
    expect(placeOf(frame('file:///home/me/project/test/a.test.ts', 7), '/home/me/project')).toBe(here);
    expect(placeOf(frame('/ci/project/test/a.test.ts', 7), '/ci/project')).toBe(here);
    expect(placeOf(frame('C:\\ci\\project\\test\\a.test.ts', 7), 'C:\\ci\\project')).toBe(here);
    expect(placeOf(frame('/ci/project/test/a.test.ts?v=1', 7), '/ci/project')).toBe(here);
    expect(placeOf(['    at /ci/project/test/a.test.ts:7:11'], '/ci/project')).toBe(here);
  });

  it('is another one in another line or file', () => {
    const places = [frame('/p/a.ts', 1), frame('/p/a.ts', 2), frame('/p/b.ts', 1)].map((each) => placeOf(each, '/p'));
    expect(new Set(places).size).toBe(3);
  });
});
