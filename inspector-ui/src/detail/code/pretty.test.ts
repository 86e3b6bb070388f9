import { describe, expect, it } from 'vitest';
import { type Line, linesText, prettyJson, rawLines } from './pretty';

const print = (text: string, inline = 0): string => {
  const lines = prettyJson(text, { inline });
  if (!Array.isArray(lines)) throw new Error(`refused at ${lines.offset}`);
  return linesText(lines);
};
const squeeze = (text: string): string => text.replace(/[ \n]/g, '');

describe('prettyJson', () => {
  it('indents by two', () => {
    expect(print('{"a":{"b":[1,2]},"c":[]}')).toBe(
      '{\n  "a": {\n    "b": [\n      1,\n      2\n    ]\n  },\n  "c": []\n}',
    );
  });

  it('keeps short plain containers on one line', () => {
    expect(print('{"a":{"b":1,"c":"x"},"d":[1,2]}', 40)).toBe(
      '{\n  "a": { "b": 1, "c": "x" },\n  "d": [ 1, 2 ]\n}',
    );
    expect(print('{"a":{"b":1,"c":"x"}}', 8)).toContain('{\n    "b": 1,');
  });

  it.each([
    '{"b":1,"a":2,"b":3}',
    '{"n":[1.0,1e2,100000000000000000001,-0,0.10]}',
    '{"t":"\\u003c/script\\u003e\\ud83d\\/"}',
    '{"__proto__":{"constructor":1},"":null}',
    '["\u202e\u2028\u0085"]',
  ])('keeps order, repeats and spelling: %s', (text) => {
    expect(squeeze(print(text))).toBe(squeeze(text));
    expect(squeeze(print(text, 200))).toBe(squeeze(text));
  });

  it('prints what it printed the same way', () => {
    const text = '{"a":[{"b":[[],{}]},{"c":{"d":null}}]}';
    expect(print(print(text))).toBe(print(text));
  });

  it('says where it is no JSON', () => {
    expect(prettyJson('{"a":1')).toEqual({ offset: 6 });
  });

  it('bounds the indentation of what is deep', () => {
    const lines = prettyJson('['.repeat(5000) + ']'.repeat(5000), { inline: 0 }) as Line[];
    expect(
      Math.max(...lines.map((l) => l.pieces.reduce((n, p) => n + p.t.length, 0))),
    ).toBeLessThan(130);
  });

  it('knows the pointer of each line', () => {
    const lines = prettyJson('{"e":[{"t":1},{"t":2}]}', { inline: 0, pointers: true }) as Line[];
    expect(lines.map((l) => l.pointer)).toEqual([
      '',
      '/e',
      '/e/0',
      '/e/0/t',
      undefined,
      '/e/1',
      '/e/1/t',
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('rawLines', () => {
  it('keeps every character', () => {
    const text = `a\r\n\u0000b\n${'x'.repeat(20_000)}\n`;
    const cut = rawLines(text);
    expect(cut.map((l) => l.pieces[0]?.t).join('').length).toBe(text.length - 3);
    expect(cut.length).toBe(6);
  });
});
