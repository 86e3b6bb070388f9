/* Each language in its own words. */
import type { Language } from '../lib/settings.svelte';

export const LANGUAGE_NAMES: Record<Language, { name: string; short: string }> = {
  en: { name: 'English', short: 'EN' },
  ja: { name: '日本語', short: '日本語' },
  'zh-Hant': { name: '繁體中文', short: '繁中' },
};
