/* What a user may choose, kept in this browser only. theme.js reads the same entry before the first paint. */
export type Language = 'en' | 'ja' | 'zh-Hant';
export type Theme = 'system' | 'light' | 'dark';

export const LANGUAGES: readonly Language[] = ['en', 'ja', 'zh-Hant'];

const ENTRY = 'hookline.settings';
const NARROWEST = 24;
const WIDEST = 76;
const USUAL = 47;

interface Kept {
  theme: Theme;
  language: Language;
  singleKeys: boolean;
  hidePeople: boolean;
  listWidth: number;
}

/** The first of the wished languages that there is; Chinese in Han-Hant lands only. */
export function bestLanguage(wished: readonly string[]): Language {
  for (const wish of wished) {
    if (/^en\b/i.test(wish)) return 'en';
    if (/^ja\b/i.test(wish)) return 'ja';
    if (/^zh-(hant|tw|hk|mo)\b/i.test(wish)) return 'zh-Hant';
  }
  return 'en';
}

export function clampWidth(percent: number): number {
  return Number.isFinite(percent) ? Math.min(WIDEST, Math.max(NARROWEST, percent)) : USUAL;
}

function read(): Partial<Kept> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(ENTRY) ?? '{}');
    return typeof kept === 'object' && kept !== null ? kept : {};
  } catch {
    return {};
  }
}

class Settings {
  theme = $state<Theme>('system');
  language = $state<Language>('en');
  singleKeys = $state(true);
  /** As it was when the page was loaded, until it is loaded anew: see lib/people.ts. */
  hidePeople = $state(false);
  /** Share of the list in percent, beside an open exchange. */
  listWidth = $state(USUAL);

  constructor() {
    const kept = read();
    if (kept.theme === 'light' || kept.theme === 'dark') this.theme = kept.theme;
    this.language =
      LANGUAGES.find((one) => one === kept.language) ??
      bestLanguage(globalThis.navigator?.languages ?? []);
    this.singleKeys = kept.singleKeys !== false;
    this.hidePeople = kept.hidePeople === true;
    this.listWidth = clampWidth(Number(kept.listWidth ?? USUAL));
  }

  set(change: Partial<Kept>): void {
    Object.assign(this, change);
    const { theme, language, singleKeys, hidePeople, listWidth } = this;
    const kept: Kept = { theme, language, singleKeys, hidePeople, listWidth };
    try {
      localStorage.setItem(ENTRY, JSON.stringify(kept));
    } catch {
      // A browser that keeps nothing still shows the choice until the page is closed.
    }
  }

  resetWidth(): void {
    this.set({ listWidth: USUAL });
  }

  /** Light or dark, also when the system decides. */
  get shade(): 'light' | 'dark' {
    if (this.theme !== 'system') return this.theme;
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
}

export const settings = new Settings();
