/*
 * Recorded text in one line: what would change the line's direction, or not be seen at all, is shown as a sign.
 * And the language that such a text is probably in, so that its Han characters have the right shapes.
 */
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]/g;
const BOX = '\u25af';
const PICTURES = 0x2400;

function sign(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x0a || code === 0x0d || code === 0x09 || code === 0x2028 || code === 0x2029)
    return ' ';
  return code < 0x20 ? String.fromCharCode(PICTURES + code) : BOX;
}

export function oneLine(text: string): string {
  return text.replace(UNSEEN, sign);
}

/** The value for a `lang` attribute, or undefined where the page's own language will do. */
export function guessLanguage(text: string, page: string): string | undefined {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'ja';
  if (/\p{Script=Hangul}/u.test(text)) return 'ko';
  if (/\p{Script=Thai}/u.test(text)) return 'th';
  if (/\p{Script=Han}/u.test(text)) return page === 'zh-Hant' ? 'zh-Hant' : 'ja';
  return /\p{Script=Latin}/u.test(text) && page !== 'en' ? 'en' : undefined;
}

/** An id of LINE's, short enough for a list: `Uc81d3…58c4`. */
export function shortId(id: string): string {
  const line = oneLine(id);
  return line.length <= 14 ? line : `${line.slice(0, 6)}…${line.slice(-4)}`;
}

/** What a table of the page has under a recorded word: nothing under `constructor`. */
export function lookUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
