import { describe, expect, it } from 'vitest';
import { findHits, HITS_MAX, markPieces } from './find';
import { base64OfBytes, bytesOfBase64, hexLines } from './hex';
import { type Line, prettyJson } from './pretty';
import { visibleParts, visibleText } from './visible';

describe('hexLines', () => {
  it('shows sixteen bytes a line', () => {
    const bytes = new Uint8Array(20).map((_, i) => (i === 0 ? 0xff : 0x3f + i));
    const lines = hexLines(bytes);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toEqual({
      offset: '00000000',
      bytes: 'ff 40 41 42 43 44 45 46  47 48 49 4a 4b 4c 4d 4e ',
      text: '·@ABCDEFGHIJKLMN',
    });
    expect(lines[1]?.offset).toBe('00000010');
    expect(lines[1]?.bytes).toHaveLength(49);
    expect(hexLines(new Uint8Array())).toEqual([]);
  });

  it('reads and writes Base64 of any bytes', () => {
    const bytes = new Uint8Array(20_000).map((_, i) => i % 256);
    expect(bytesOfBase64(base64OfBytes(bytes))).toEqual(bytes);
  });
});

describe('visibleParts', () => {
  it('boxes what turns or hides text', () => {
    expect(visibleParts('a\u202eb')).toEqual([
      { text: 'a' },
      { text: '\u202e', box: 'U+202E' },
      { text: 'b' },
    ]);
    for (const c of [
      '\u0000',
      '\u001b',
      '\u007f',
      '\u009b',
      '\u200b',
      '\u200f',
      '\u2066',
      '\u2069',
      '\ufeff',
      '\ud83d',
      '\ude4f',
    ])
      expect(visibleParts(c)[0]?.box, JSON.stringify(c)).toBeDefined();
  });

  it('leaves words alone: emoji with joiners, Thai, Arabic', () => {
    for (const text of ['👩‍👩‍👧', '予約🙏', 'สวัสดี', 'مرحبا', 'e\u0301'])
      expect(visibleText(text)).toBe(text);
  });

  it('keeps what the place allows', () => {
    expect(visibleParts('a\nb\u0007', '\n')).toEqual([
      { text: 'a\nb' },
      { text: '\u0007', box: 'U+0007' },
    ]);
    expect(visibleText('a\nb')).toBe('a[U+000A]b');
  });
});

describe('find', () => {
  const lines = prettyJson('{"Text":"text TEXT"}', { inline: 0 }) as Line[];

  it('finds without case and marks without losing a character', () => {
    const hits = findHits(lines, 'text');
    expect(hits).toHaveLength(3);
    const pieces = (lines[1] as Line).pieces;
    const marked = markPieces(pieces, hits);
    expect(marked.map((p) => p.t).join('')).toBe(pieces.map((p) => p.t).join(''));
    expect(marked.filter((p) => p.hit).map((p) => p.t)).toEqual(['Text', 'text', 'TEXT']);
  });

  it('crosses pieces', () => {
    const hits = findHits(lines, '"text": "te');
    const marked = markPieces((lines[1] as Line).pieces, hits);
    expect(
      marked
        .filter((p) => p.hit)
        .map((p) => p.t)
        .join(''),
    ).toBe('"Text": "te');
  });

  it('stops at its limit and at nothing', () => {
    expect(findHits([{ pieces: [{ c: '', t: 'a'.repeat(5000) }] }], 'a')).toHaveLength(HITS_MAX);
    expect(findHits(lines, '')).toEqual([]);
  });
});
