/*
 * Fills texts: `{name}`, and `{n, plural, one {# webhook} other {# webhooks}}` with the words of Intl.PluralRules
 * or `=0`. `#` is the number. Branches may have parameters of their own but no plurals.
 */
export type Params = Record<string, string | number>;

const PARAMETER = /\{(\w+)(?:,\s*plural,((?:\s*(?:=\d+|\w+)\s*\{(?:[^{}]|\{\w+\})*\})+)\s*)?\}/g;
const BRANCH = /(=\d+|\w+)\s*\{((?:[^{}]|\{\w+\})*)\}/g;

const rules = new Map<string, Intl.PluralRules>();
const numbers = new Map<string, Intl.NumberFormat>();

function kept<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}

export function formatNumber(value: number, language: string): string {
  return kept(numbers, language, () => new Intl.NumberFormat(language)).format(value);
}

function choose(branches: string, count: number, language: string): string {
  const found = new Map([...branches.matchAll(BRANCH)].map((match) => [match[1], match[2] ?? '']));
  const word = kept(rules, language, () => new Intl.PluralRules(language)).select(count);
  return found.get(`=${count}`) ?? found.get(word) ?? found.get('other') ?? '';
}

export function fill(text: string, params: Params, language: string): string {
  const show = (value: string | number | undefined) =>
    typeof value === 'number' ? formatNumber(value, language) : (value ?? '');
  return text.replace(PARAMETER, (_, name: string, branches: string | undefined) => {
    if (branches === undefined) return show(params[name]);
    const count = Number(params[name] ?? 0);
    return fill(choose(branches, count, language).replaceAll('#', show(count)), params, language);
  });
}
