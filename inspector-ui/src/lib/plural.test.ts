import { describe, expect, it } from 'vitest';
import { fill } from './plural';

describe('fill', () => {
  it('puts parameters in, numbers as the language writes them', () => {
    expect(fill('{n} of {all}', { n: 3, all: 1284 }, 'en')).toBe('3 of 1,284');
    expect(fill('{who} {missing}!', { who: '王小明' }, 'zh-Hant')).toBe('王小明 !');
  });

  it('never looks into what it put in', () => {
    expect(fill('{a}{b}', { a: '{b}', b: 'x' }, 'en')).toBe('{b}x');
  });

  it('chooses by number', () => {
    const text = '{n, plural, =0 {none} one {# webhook of {who}} other {# webhooks of {who}}}.';
    expect(fill(text, { n: 0 }, 'en')).toBe('none.');
    expect(fill(text, { n: 1, who: 'A' }, 'en')).toBe('1 webhook of A.');
    expect(fill(text, { n: 1234, who: 'A' }, 'en')).toBe('1,234 webhooks of A.');
    expect(fill(text, { n: 1, who: 'A' }, 'ja')).toBe('1 webhooks of A.');
  });
});
