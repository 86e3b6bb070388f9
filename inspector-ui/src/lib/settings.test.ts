import { expect, it } from 'vitest';
import { bestLanguage, clampWidth } from './settings.svelte';

it.each([
  [['de', 'ja-JP', 'en'], 'ja'],
  [['zh-TW'], 'zh-Hant'],
  [['zh-HK'], 'zh-Hant'],
  [['zh-Hant-TW'], 'zh-Hant'],
  [['zh-CN', 'en-GB'], 'en'],
  [['fr'], 'en'],
  [[], 'en'],
])('of %j the page speaks %s', (wished, language) => {
  expect(bestLanguage(wished)).toBe(language);
});

it('keeps the list between a quarter and three', () => {
  expect([clampWidth(0), clampWidth(50), clampWidth(100), clampWidth(Number.NaN)]).toEqual([
    24, 50, 76, 47,
  ]);
});
