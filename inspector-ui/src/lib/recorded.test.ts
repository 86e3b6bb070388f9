import { describe, expect, it } from 'vitest';
import { guessLanguage, lookUp, oneLine, shortId } from './recorded';

describe('recorded text in one line', () => {
  it('shows what would turn the line round, or hide in it', () => {
    expect(oneLine('a\u202eb\u2066c\u200bd')).toBe('a▯b▯c▯d');
    expect(oneLine('\u0000\u0007\u001b[31m')).toBe('␀␇␛[31m');
    expect(oneLine('one\r\ntwo\tthree\u2028four')).toBe('one  two three four');
  });

  it('leaves all else as it is', () => {
    const text = '領収書 🙏 <script>&amp; \ud800 مرحبا';
    expect(oneLine(text)).toBe(text);
  });
});

describe('language of a text', () => {
  it.each([
    ['こんにちは', 'en', 'ja'],
    ['안녕', 'en', 'ko'],
    ['สวัสดี', 'en', 'th'],
    ['營業時間', 'zh-Hant', 'zh-Hant'],
    ['営業時間', 'ja', 'ja'],
    ['營業時間', 'en', 'ja'],
    ['hello', 'ja', 'en'],
    ['hello', 'en', undefined],
    ['1024', 'ja', undefined],
  ])('%s on a page in %s is %s', (text, page, language) => {
    expect(guessLanguage(text, page)).toBe(language);
  });
});

it('shortens long ids only', () => {
  expect(shortId('Uc81d3a0f4e8b4b6d9a1258c4')).toBe('Uc81d3…58c4');
  expect(shortId('U4af4980')).toBe('U4af4980');
});

it('shows what a recorded id hides', () => {
  expect(shortId('U\u202eab\u0007')).toBe('U\u25afab\u2407');
});

it.each(['constructor', 'toString', '__proto__', ''])('finds nothing under %j', (word) => {
  expect(lookUp({ text: 1 }, word)).toBeUndefined();
  expect(lookUp({ text: 1 }, 'text')).toBe(1);
});
