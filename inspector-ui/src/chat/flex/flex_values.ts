/* The words and numbers of the Flex specification as CSS. What is not one of them is null, never passed through. */

const SPACES = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const BORDERS = { none: 0, light: 0.5, normal: 1, medium: 2, 'semi-bold': 3, bold: 4 };
const FONTS = {
  xxs: 11,
  xs: 13,
  sm: 14,
  md: 16,
  lg: 19,
  xl: 22,
  xxl: 29,
  '3xl': 35,
  '4xl': 48,
  '5xl': 74,
};
const IMAGES = {
  xxs: 40,
  xs: 60,
  sm: 80,
  md: 100,
  lg: 120,
  xl: 140,
  xxl: 160,
  '3xl': 180,
  '4xl': 200,
  '5xl': 220,
};
const BUBBLES = { nano: 120, micro: 160, deca: 220, hecto: 241, kilo: 260, mega: 300, giga: 500 };

type Words = Readonly<Record<string, number>>;

const LENGTH = /^-?\d{1,5}(?:\.\d{1,3})?px$/;
const PART = /^-?\d{1,4}(?:\.\d{1,3})?%$/;
const COLOR = /^#(?:[0-9a-f]{6}|[0-9a-f]{8})$/i;
const ANGLE = /^-?\d{1,3}(?:\.\d{1,3})?deg$/;
const RATIO = /^(\d{1,6}):(\d{1,6})$/;

function measure(value: unknown, words: Words, parts: boolean): string | null {
  if (typeof value !== 'string') return null;
  if (Object.hasOwn(words, value)) return `${words[value]}px`;
  if (LENGTH.test(value) || (parts && PART.test(value))) return value;
  return null;
}

export const space = (value: unknown): string | null => measure(value, SPACES, false);
/** Padding and offsets may be parts of the box, too. */
export const spaceOrPart = (value: unknown): string | null => measure(value, SPACES, true);
export const lengthOrPart = (value: unknown): string | null => measure(value, {}, true);
export const border = (value: unknown): string | null => measure(value, BORDERS, false);
export const font = (value: unknown): string | null => measure(value, FONTS, false);
export const bubbleWidth = (value: unknown): string | null => measure(value, BUBBLES, false);

export function imageWidth(value: unknown): string | null {
  return value === 'full' ? '100%' : measure(value, IMAGES, true);
}

export function color(value: unknown): string | null {
  return typeof value === 'string' && COLOR.test(value) ? value : null;
}

/** As `aspect-ratio` wants it; LINE shows nothing that is higher than three times its width. */
export function ratio(value: unknown): string | null {
  const match = typeof value === 'string' ? RATIO.exec(value) : null;
  const width = Number(match?.[1] ?? 0);
  const height = Number(match?.[2] ?? 0);
  return width > 0 && height > 0 && height <= 3 * width ? `${width} / ${height}` : null;
}

export function angle(value: unknown): string | null {
  return typeof value === 'string' && ANGLE.test(value) ? value : null;
}

export function part(value: unknown): string | null {
  return typeof value === 'string' && PART.test(value) ? value : null;
}

export function flexNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 1000
    ? value
    : null;
}
