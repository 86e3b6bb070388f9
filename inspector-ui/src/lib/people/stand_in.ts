/* What stands in for names and texts: nothing of them is left but their shape, to the byte, so that offsets still fit. */
import { isScan, scanJson, Tok } from '../../detail/code/json_scan';

const NAMES = [
  'Almond Apricot Cherry Chestnut Clover Fennel Ginger Hazel Juniper Laurel Lemon Lotus',
  'Maple Mint Myrtle Olive Papaya Peach Pepper Plum Saffron Sesame Tulip Willow',
].flatMap((line) => line.split(' '));

export function nameFor(name: string): string {
  let sum = 7;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return `${NAMES[sum % NAMES.length]} ${10 + (sum % 89)}`;
}

/** Letters by script and by how many bytes they take; the rest, emoji too, says nothing about anybody. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/[0-9]/g, '0'],
  [/[A-Z]/g, 'X'],
  [/[a-z]/g, 'x'],
  [/[\u0080-\u07ff]/g, 'é'],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, 'の'],
  [/\p{Script=Hangul}/gu, '이'],
  [/\p{Script=Thai}/gu, 'ก'],
  [/(?!\p{Script=Hiragana}|\p{Script=Hangul}|\p{Script=Thai})[\u0800-\uffff](?<=\p{L})/gu, '〇'],
  [/[\u{20000}-\u{3ffff}]/gu, '𠀀'],
];

export function shapeOf(text: string): string {
  return SHAPES.reduce((shape, [letters, by]) => shape.replace(letters, by), text);
}

const ESCAPE = /\\(?:u[0-9a-fA-F]{4}|.)/g;

/** A string as it stands in JSON. Letters that are written as escapes become the escape of one. */
function quotedShape(quoted: string): string {
  let out = '';
  let from = 0;
  for (const match of quoted.matchAll(ESCAPE)) {
    out += shapeOf(quoted.slice(from, match.index));
    out += hidesLetter(match[0]) ? '\\u3007' : match[0];
    from = match.index + match[0].length;
  }
  return out + shapeOf(quoted.slice(from));
}

function hidesLetter(escaped: string): boolean {
  if (escaped.length !== 6) return false;
  const code = Number.parseInt(escaped.slice(2), 16);
  // Halves of a pair are mostly emoji; one half alone cannot be changed.
  return code > 0x7f && !(code >= 0xd800 && code < 0xe000);
}

const zeros = (number: string): string =>
  number.replace(/\..*/, (rest) => rest.replace(/\d/g, '0'));

/** JSON as text, byte for byte as long as it was; `says` tells which members hide something. */
export function jsonShape(text: string, says: (name: string) => 'text' | 'place' | ''): string {
  const scan = scanJson(text);
  if (!isScan(scan)) return shapeOf(text);
  const parts: string[] = [];
  let from = 0;
  let name = '';
  for (let i = 0; i < scan.length; i++) {
    const [start, end] = [scan.starts[i] as number, scan.ends[i] as number];
    const kind = scan.kinds[i] as Tok;
    if (kind === Tok.Key) name = text.slice(start + 1, end - 1);
    if (kind !== Tok.String && kind !== Tok.Number) continue;
    const hides = says(name);
    if (hides === '' || (hides === 'place') !== (kind === Tok.Number)) continue;
    const own = text.slice(start, end);
    parts.push(text.slice(from, start), hides === 'place' ? zeros(own) : quotedShape(own));
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join('');
}
