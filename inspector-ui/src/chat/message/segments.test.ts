import { describe, expect, it } from 'vitest';
import { isOnlyEmoji, linked, textSegments, textV2Segments } from './segments';

const text = (value: string) => ({ kind: 'text', text: value });

describe('text', () => {
  it('counts places in UTF-16 units', () => {
    // 😀 and 𠮷 are two units each.
    const message = {
      text: '😀𠮷$ @花子 さん',
      emojis: [{ index: 4, productId: 'p', emojiId: '001' }],
      mention: { mentionees: [{ index: 6, length: 3, type: 'user', userId: 'U1' }] },
    };
    expect(textSegments(message)).toEqual([
      text('😀𠮷'),
      { kind: 'emoji', text: '$', product: 'p', emoji: '001' },
      text(' '),
      { kind: 'mention', text: '@花子', user: 'U1' },
      text(' さん'),
    ]);
  });

  it('takes the length of an emoji that a user sent', () => {
    const message = {
      text: 'hi (love)',
      emojis: [{ index: 3, length: 6, productId: 'p', emojiId: '2' }],
    };
    expect(textSegments(message)[1]).toEqual({
      kind: 'emoji',
      text: '(love)',
      product: 'p',
      emoji: '2',
    });
  });

  it('leaves out marks that overlap, lie outside or are nonsense', () => {
    const mentionees = [
      { index: 0, length: 3, type: 'all' },
      { index: 2, length: 2, type: 'user', userId: 'U1' },
      { index: 4, length: 99, type: 'user', userId: 'U2' },
      { index: -1, length: 2, type: 'user' },
      { index: 0.5, length: 1, type: 'user' },
      null,
      { index: 'x' },
    ];
    expect(textSegments({ text: '@allxy', mention: { mentionees } })).toEqual([
      { kind: 'mention', text: '@al', user: null },
      text('lxy'),
    ]);
    expect(textSegments({ text: 7, emojis: 'none' })).toEqual([]);
  });

  it('is only emoji when nothing stands between them', () => {
    const emojis = [0, 1].map((index) => ({ index, productId: 'p', emojiId: '1' }));
    expect(isOnlyEmoji(textSegments({ text: '$$', emojis }))).toBe(true);
    expect(isOnlyEmoji(textSegments({ text: '$$.', emojis }))).toBe(false);
    expect(isOnlyEmoji([])).toBe(false);
  });
});

describe('links', () => {
  it('end before what belongs to the sentence', () => {
    expect(linked('見て https://example.com/a?b=1。または http://x.test/, ok')).toEqual([
      text('見て '),
      { kind: 'link', text: 'https://example.com/a?b=1', href: 'https://example.com/a?b=1' },
      text('。または '),
      { kind: 'link', text: 'http://x.test/', href: 'http://x.test/' },
      text(', ok'),
    ]);
  });

  it('are only what can be opened', () => {
    expect(linked('javascript:alert(1) https://[ ftp://x')).toEqual([
      text('javascript:alert(1) https://[ ftp://x'),
    ]);
  });
});

describe('textV2', () => {
  const name = (user: string) => (user === 'U1' ? '花子' : 'somebody');

  it('replaces keys and keeps what is none', () => {
    const substitution = {
      who: { type: 'mention', mentionee: { type: 'user', userId: 'U1' } },
      all: { type: 'mention', mentionee: { type: 'all' } },
      love: { type: 'emoji', productId: 'p', emojiId: '9' },
      odd: { type: 'video' },
    };
    const message = { text: '{who} {all}{love}{{x}} {odd} {no such} {missing}', substitution };
    expect(textV2Segments(message, name)).toEqual([
      { kind: 'mention', text: '@花子', user: 'U1' },
      text(' '),
      { kind: 'mention', text: '@All', user: null },
      { kind: 'emoji', text: '', product: 'p', emoji: '9' },
      text('{x} {odd} {no such} {missing}'),
    ]);
  });

  it('has no keys of its own', () => {
    expect(textV2Segments({ text: '{constructor}', substitution: {} }, name)).toEqual([
      text('{constructor}'),
    ]);
  });
});
