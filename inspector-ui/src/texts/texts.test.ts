import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../lib/commands';
import { hasText, loadLanguage, t, tCode } from '../lib/i18n.svelte';
import { fill } from '../lib/plural';
import { FLAGS } from '../list/tokens';
import en from './en';
import ja from './ja';
import zhHant from './zh-Hant';

const languages = { en, ja, 'zh-Hant': zhHant } as Record<string, Record<string, string>>;
const keys = Object.keys(en).sort();
const parameters = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map((match) => match[1]))].sort();

describe.each(Object.keys(languages))('%s', (language) => {
  const texts = languages[language] ?? {};

  it('has every key, and no other', () => {
    expect(Object.keys(texts).sort()).toEqual(keys);
  });

  it('says something for each', () => {
    // A text may be empty in English, where there is nothing to say; then it is everywhere.
    for (const key of keys) {
      expect(/\S/.test(texts[key] ?? ''), key).toBe(/\S/.test(en[key as keyof typeof en]));
    }
  });

  it('uses the same parameters as English', () => {
    for (const key of keys) {
      // A parameter may be left out where the language says it by other means, but none may be added.
      for (const name of parameters(texts[key] ?? ''))
        expect(parameters(en[key as keyof typeof en]), key).toContain(name);
    }
  });

  it('closes its braces and its code', () => {
    for (const key of keys) {
      const text = texts[key] ?? '';
      const params = Object.fromEntries(parameters(text).map((name) => [name ?? '', 2]));
      expect(fill(text, params, language), key).not.toMatch(/[{}]/);
      expect((text.split('`').length - 1) % 2, key).toBe(0);
    }
  });
});

it('has no exclamation marks: nobody is shouted at', () => {
  for (const texts of Object.values(languages)) {
    for (const [key, text] of Object.entries(texts)) expect(text, key).not.toMatch(/[!！]/);
  }
});

it('names every command and every flag', () => {
  for (const command of COMMANDS) expect(keys).toContain(`do.${command}`);
  for (const flag of FLAGS) expect(keys).toContain(`flag.${flag}`);
});

it('falls back to the code that it does not know', async () => {
  await loadLanguageWithoutPage();
  expect(t('list.new', { n: 3 })).toBe('3 new');
  expect(tCode('say', 'image')).toBe('Image');
  expect(tCode('say', 'hologram')).toBe('hologram');
  expect(hasText('no.such.key')).toBe(false);
});

async function loadLanguageWithoutPage(): Promise<void> {
  Object.assign(globalThis, { document: { documentElement: { lang: '' } } });
  try {
    await loadLanguage('en');
  } finally {
    Reflect.deleteProperty(globalThis, 'document');
  }
}
