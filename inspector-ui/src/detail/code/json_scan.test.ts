import { describe, expect, it } from 'vitest';
import { isScan, jsonFind, pointerFits, scanJson } from './json_scan';

const good = (text: string): boolean => isScan(scanJson(text));
const offset = (text: string): number => {
  const s = scanJson(text);
  return isScan(s) ? -1 : s.offset;
};

describe('scanJson', () => {
  it.each([
    '{}',
    '[]',
    ' {"a":[1,-0.5e+3,true,false,null,"x"]} \n',
    '"\\u0000\\ud83d"',
    '0',
    '{"a":1,"a":2}',
    '""',
    '"\\\\"',
    '"\\\\\\""',
  ])('takes %s', (text) => expect(good(text)).toBe(true));

  it.each([
    '',
    ' ',
    '{',
    '}',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    '{"a" 1}',
    '[1 2]',
    '01',
    '1.',
    '.5',
    '+1',
    'NaN',
    'tru',
    '"a',
    '"\\x"',
    '"\\u12g4"',
    '"a\nb"',
    '[}',
    '{"a":1]',
    '1 1',
    '\ufeff{}',
    '[,1]',
    '{"a":}',
    "'a'",
  ])('refuses %j', (text) => expect(good(text)).toBe(false));

  it('says where', () => {
    expect(offset('{"a":tru}')).toBe(5);
    expect(offset('[1,2')).toBe(4);
    expect(offset('[1] x')).toBe(4);
  });

  it('agrees with JSON.parse at every cut of a body', () => {
    const text = '{"e":[{"t":"\\uD83D\\uDE4F \\"q\\"","n":-12.50e2,"b":[true,null,{}]}],"d":"U0"}';
    for (let i = 0; i <= text.length; i++) {
      const cut = text.slice(0, i);
      let parses = true;
      try {
        JSON.parse(cut);
      } catch {
        parses = false;
      }
      expect(good(cut)).toBe(parses);
    }
  });

  it('needs no stack for depth', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(good(deep)).toBe(true);
    expect(good(deep.slice(1))).toBe(false);
  });

  it('needs no stack for length', () => {
    const long = `"${'ab\\n'.repeat(1_000_000)}"`;
    expect(good(long)).toBe(true);
    expect(good(`${long.slice(0, -1)}\\x"`)).toBe(false);
    expect(good(`${long.slice(0, -1)}\u0001"`)).toBe(false);
  });
});

describe('jsonFind', () => {
  const text =
    '{"events":[{"timestamp":1,"message":{"id":"m"}},{"timestamp":22,"x":[{"timestamp":3}]}],"a/b~":5}';

  it('finds values by pointer with wildcards', () => {
    const found = jsonFind(text, ['/events/*/timestamp', '/events/*/message/id']);
    expect(found.map((f) => [f.pointer, text.slice(f.from, f.to)])).toEqual([
      ['/events/0/timestamp', '1'],
      ['/events/0/message/id', '"m"'],
      ['/events/1/timestamp', '22'],
    ]);
  });

  it('escapes names as RFC 6901 does', () => {
    expect(jsonFind(text, ['/a~1b~0'])).toHaveLength(1);
    expect(jsonFind('{"\\u0061":1}', ['/a'])).toHaveLength(1);
  });

  it('leaves containers and broken texts alone', () => {
    expect(jsonFind(text, ['/events/0'])).toEqual([]);
    expect(jsonFind('{"a":', ['/a'])).toEqual([]);
  });

  it('fits patterns part by part', () => {
    expect(pointerFits('/a/*', '/a/1')).toBe(true);
    expect(pointerFits('/a/*', '/a/1/2')).toBe(false);
    expect(pointerFits('/a', '/a')).toBe(true);
  });
});
