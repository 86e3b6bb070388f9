/* The words of the page. One language is loaded at a time; the agent sends codes and parameters, never words. */
import type { Texts } from '../texts/en';
import { fill, type Params } from './plural';
import { oneLine } from './recorded';
import { type Language, settings } from './settings.svelte';

export type Key = keyof Texts;

const loaders: Record<Language, () => Promise<{ default: Texts }>> = {
  en: () => import('../texts/en'),
  ja: () => import('../texts/ja'),
  'zh-Hant': () => import('../texts/zh-Hant'),
};

class Words {
  language = $state<Language>('en');
  texts = $state.raw<Partial<Texts>>({});
}

const words = new Words();

export async function loadLanguage(language: Language): Promise<void> {
  const { default: texts } = await loaders[language]();
  words.texts = texts;
  words.language = language;
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  await loadLanguage(language);
  settings.set({ language });
}

export function language(): Language {
  return words.language;
}

export function t(key: Key, params: Params = {}): string {
  return fill(words.texts[key] ?? key, params, words.language);
}

/** For keys made of a code of the agent: the text, or the code itself when it is newer than this page. */
export function tCode(prefix: string, code: string, params: Params = {}): string {
  const text = words.texts[`${prefix}.${code}` as Key];
  return text === undefined ? oneLine(code) : fill(text, params, words.language);
}

export function hasText(key: string): key is Key {
  return key in words.texts;
}
