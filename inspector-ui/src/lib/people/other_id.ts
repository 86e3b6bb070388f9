/*
 * An id of LINE's as another one of the same shape, and back: the 32 digits go through four rounds that a key of this
 * browser turns. Nobody else can tell who is meant; the same one is always the same.
 */
type Half = readonly [number, number];

const ROUNDS = 4;
export const LINE_ID = /\b[UCR][0-9a-f]{32}\b/g;

function mixed(value: number, by: number): number {
  let x = Math.imul(value ^ by, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 15), 0x85ebca6b);
  return (x ^ (x >>> 13)) >>> 0;
}

function turned([high, low]: Half, by: number): Half {
  const first = mixed(high, mixed(low, by));
  return [first, mixed(low, mixed(first, by))];
}

const read = (digits: string): Half => [
  Number.parseInt(digits.slice(0, 8), 16),
  Number.parseInt(digits.slice(8), 16),
];
const written = (half: Half): string =>
  half.map((word) => word.toString(16).padStart(8, '0')).join('');
const xor = (a: Half, b: Half): Half => [(a[0] ^ b[0]) >>> 0, (a[1] ^ b[1]) >>> 0];

function through(id: string, keys: readonly number[]): string {
  let left = read(id.slice(1, 17));
  let right = read(id.slice(17));
  for (const key of keys) [left, right] = [right, xor(left, turned(right, key))];
  // The halves end crosswise, so that the same rounds with the keys backwards lead back.
  return id.slice(0, 1) + written(right) + written(left);
}

export class OtherIds {
  readonly #there: readonly number[];
  readonly #back: readonly number[];

  constructor(keys: readonly number[]) {
    this.#there = keys.slice(0, ROUNDS);
    this.#back = this.#there.toReversed();
  }

  cover(text: string): string {
    return text.replace(LINE_ID, (id) => through(id, this.#there));
  }

  reveal(text: string): string {
    return text.replace(LINE_ID, (id) => through(id, this.#back));
  }
}
