import { describe, expect, it } from 'vitest';
import { gapFilter, pieces, tokens, without } from './tokens';

const kinds = (text: string) => pieces(text).map((piece) => `${piece.kind}=${piece.text}`);

describe('pieces', () => {
  it('finds keys, values and flags', () => {
    expect(kinds('type:message is:late')).toEqual([
      'key=type:',
      'value=message',
      'space= ',
      'key=is:',
      'value=late',
    ]);
    expect(kinds('late hello')).toEqual(['flag=late', 'space= ', 'word=hello']);
    expect(kinds('-user:花子')).toEqual(['not=-', 'key=user:', 'value=花子']);
    expect(kinds('took:>=1.5s status:5xx,none')).toEqual([
      'key=took:',
      'value=>=1.5s',
      'space= ',
      'key=status:',
      'value=5xx,none',
    ]);
  });

  it('keeps quotes together, closed or not', () => {
    expect(kinds('text:"a b" c')).toEqual(['key=text:', 'value="a b"', 'space= ', 'word=c']);
    expect(kinds('"open end')).toEqual(['word="open end']);
    expect(kinds('"a \\" b" x')[0]).toBe('word="a \\" b"');
  });

  it('knows full-width signs', () => {
    expect(kinds('type：text，image　（late）')).toEqual([
      'key=type：',
      'value=text，image',
      'space=　',
      'group=（',
      'flag=late',
      'group=）',
    ]);
    expect(kinds('a OR b')).toEqual(['word=a', 'space= ', 'group=OR', 'space= ', 'word=b']);
  });

  it.each([
    '',
    ' ',
    '-',
    '- ',
    ':',
    'a:',
    'a:,',
    'a:b:c',
    '((',
    '"',
    'x\\"y',
    '，，',
    ')(-"a',
    '\u202e:x',
    'header:user-agent=curl',
    'at:12:00..12:30',
    '🙏-🙏',
  ])('loses nothing of %j', (text) => {
    const found = pieces(text);
    expect(found.map((piece) => piece.text).join('')).toBe(text);
    for (const piece of found)
      expect(text.slice(piece.from, piece.from + piece.text.length)).toBe(piece.text);
  });
});

describe('tokens', () => {
  it('draws a key with its value as one chip', () => {
    expect(tokens('-is:late x', null).map((token) => [token.tok, token.pieces.length])).toEqual([
      [true, 3],
      [false, 1],
      [false, 1],
    ]);
  });

  it('marks where the error is', () => {
    expect(tokens('a sttus:5xx b', { offset: 2, length: 5 }).map((token) => token.wrong)).toEqual([
      false,
      false,
      true,
      false,
      false,
    ]);
    expect(tokens('type:', { offset: 5, length: 0 }).some((token) => token.wrong)).toBe(false);
  });
});

it('drops one part', () => {
  expect(without('user:花子 status:5xx since:10m', 'status:5xx')).toBe('user:花子 since:10m');
  expect(without('since:10m', 'since:10m')).toBe('');
  expect(without('a b', 'c')).toBe('a b');
});

it('writes the time of a gap as the filter reads it', () => {
  const from = new Date(2026, 0, 2, 3, 4, 5).getTime();
  expect(gapFilter({ kind: 'link', from, to: from + 60_000, count: 1 })).toBe(
    'since:2026-01-02T03:04:05 until:2026-01-02T03:05:06',
  );
  expect(gapFilter({ kind: 'agent', from, to: null, count: 0 })).toBe('since:2026-01-02T03:04:05');
});
