/**
 * Reads JSON as text and never as values: order, duplicate names, spelling of numbers and
 * escapes stay as they were sent. Nothing here recurses, so depth costs no stack.
 */

export enum Tok {
  Open,
  Close,
  Comma,
  Colon,
  Key,
  String,
  Number,
  Literal,
}

export interface Scan {
  /** kind, start and end of each token, in UTF-16 units */
  kinds: Uint8Array;
  starts: Uint32Array;
  ends: Uint32Array;
  length: number;
}

export interface ScanError {
  offset: number;
}

enum Want {
  Value,
  ValueOrClose,
  Key,
  KeyOrClose,
  Colon,
  CommaOrClose,
  End,
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const LITERAL = /true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** A string's end, without a regular expression's stack: bodies may be one string of megabytes. */
function endOfString(text: string, at: number): number {
  let from = at + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return -1;
    let back = quote - 1;
    while (back > at && text.charCodeAt(back) === 0x5c) back--;
    if ((quote - 1 - back) % 2 === 0) return stringIsGood(text, at, quote + 1) ? quote + 1 : -1;
    from = quote + 1;
  }
}

const PIECE = 32768;

function stringIsGood(text: string, from: number, to: number): boolean {
  if (to - from <= PIECE) {
    STRING.lastIndex = from;
    return STRING.test(text) && STRING.lastIndex === to;
  }
  for (let i = from + 1; i < to - 1; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20) return false;
    if (c !== 0x5c) continue;
    i++;
    const e = text[i] ?? '';
    if (e === 'u') {
      if (!/^[0-9a-fA-F]{4}$/.test(text.slice(i + 1, i + 5))) return false;
      i += 4;
    } else if (!'"\\/bfnrt'.includes(e)) return false;
  }
  return true;
}

class Tokens {
  kinds = new Uint8Array(1024);
  starts = new Uint32Array(1024);
  ends = new Uint32Array(1024);
  length = 0;

  push(kind: Tok, start: number, end: number): void {
    if (this.length === this.kinds.length) this.grow();
    this.kinds[this.length] = kind;
    this.starts[this.length] = start;
    this.ends[this.length++] = end;
  }

  private grow(): void {
    const size = this.length * 2;
    const kinds = new Uint8Array(size);
    const starts = new Uint32Array(size);
    const ends = new Uint32Array(size);
    kinds.set(this.kinds);
    starts.set(this.starts);
    ends.set(this.ends);
    Object.assign(this, { kinds, starts, ends });
  }
}

class Scanner {
  readonly out = new Tokens();
  private readonly stack: boolean[] = []; // is it an object?
  private want = Want.Value;
  private at = 0;

  constructor(private readonly text: string) {}

  run(): Scan | ScanError {
    for (;;) {
      this.at = endOf(SPACE, this.text, this.at);
      if (this.at >= this.text.length) break;
      if (this.want === Want.End || !this.step()) return { offset: this.at };
    }
    return this.want === Want.End ? this.out : { offset: this.at };
  }

  private step(): boolean {
    const c = this.text[this.at] as string;
    if (c === '}' || c === ']') return this.close(c);
    if (this.want === Want.CommaOrClose) return c === ',' && this.comma();
    if (this.want === Want.Colon) {
      this.take(Tok.Colon, c === ':' ? this.at + 1 : -1);
      this.want = Want.Value;
      return c === ':';
    }
    if (this.want === Want.Key || this.want === Want.KeyOrClose) {
      this.want = Want.Colon;
      return c === '"' && this.take(Tok.Key, endOfString(this.text, this.at));
    }
    return this.value(c);
  }

  private take(kind: Tok, end: number): boolean {
    if (end < 0) return false;
    this.out.push(kind, this.at, end);
    this.at = end;
    return true;
  }

  private value(c: string): boolean {
    if (c === '{' || c === '[') {
      this.stack.push(c === '{');
      this.want = c === '{' ? Want.KeyOrClose : Want.ValueOrClose;
      return this.take(Tok.Open, this.at + 1);
    }
    this.valueEnds();
    if (c === '"') return this.take(Tok.String, endOfString(this.text, this.at));
    if (c === '-' || (c >= '0' && c <= '9'))
      return this.take(Tok.Number, endOf(NUMBER, this.text, this.at));
    return this.take(Tok.Literal, endOf(LITERAL, this.text, this.at));
  }

  private close(c: string): boolean {
    const fits =
      this.want === Want.CommaOrClose ||
      this.want === Want.KeyOrClose ||
      this.want === Want.ValueOrClose;
    if (!fits || this.stack.pop() !== (c === '}')) return false;
    this.valueEnds();
    return this.take(Tok.Close, this.at + 1);
  }

  private comma(): boolean {
    this.want = this.stack[this.stack.length - 1] ? Want.Key : Want.Value;
    return this.take(Tok.Comma, this.at + 1);
  }

  private valueEnds(): void {
    this.want = this.stack.length > 0 ? Want.CommaOrClose : Want.End;
  }
}

export function scanJson(text: string): Scan | ScanError {
  return new Scanner(text).run();
}

export function isScan(s: Scan | ScanError): s is Scan {
  return 'kinds' in s;
}

/** The index of the closing token for each opening one. */
export function matching(scan: Scan): Uint32Array {
  const match = new Uint32Array(scan.length);
  const open: number[] = [];
  for (let i = 0; i < scan.length; i++) {
    if (scan.kinds[i] === Tok.Open) open.push(i);
    else if (scan.kinds[i] === Tok.Close) match[open.pop() as number] = i;
  }
  return match;
}

export interface JsonValue {
  /** RFC 6901 */
  pointer: string;
  from: number;
  to: number;
}

/** A name as it is in a pointer. Escapes are read, so that "\u0061" is found as "a". */
export function pointerPart(quoted: string): string {
  let name = quoted.slice(1, -1);
  try {
    name = JSON.parse(quoted) as string;
  } catch {
    /* cannot happen to a scanned string */
  }
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Follows the tokens and knows the pointer of the value that stands at each. */
export class PointerWalk {
  private readonly parts: string[] = [];
  private readonly counts: number[] = []; // -1: an object

  constructor(
    private readonly text: string,
    private readonly scan: Scan,
  ) {}

  /** To be called for each token in turn; the pointer of a value or a name, else undefined. */
  step(i: number): string | undefined {
    const kind = this.scan.kinds[i] as Tok;
    const start = this.scan.starts[i] as number;
    if (kind === Tok.Close) {
      this.parts.pop();
      this.counts.pop();
      return undefined;
    }
    if (kind === Tok.Colon) return undefined;
    if (kind === Tok.Comma) {
      const top = this.counts.length - 1;
      const n = this.counts[top] as number;
      if (n >= 0) {
        this.counts[top] = n + 1;
        this.parts[top] = `/${n + 1}`;
      }
      return undefined;
    }
    if (kind === Tok.Key) {
      this.parts[this.parts.length - 1] = pointerPart(
        this.text.slice(start, this.scan.ends[i] as number),
      );
      return this.parts.join('');
    }
    const pointer = this.parts.join('');
    if (kind === Tok.Open) {
      const object = this.text[start] === '{';
      this.parts.push(object ? '' : '/0');
      this.counts.push(object ? -1 : 0);
    }
    return pointer;
  }
}

/** Does `pointer` fit a pattern in which * is any one part? */
export function pointerFits(pattern: string, pointer: string): boolean {
  if (!pattern.includes('*')) return pattern === pointer;
  const want = pattern.split('/');
  const have = pointer.split('/');
  return want.length === have.length && want.every((p, i) => p === '*' || p === have[i]);
}

/** The plain values (no objects, no arrays) whose pointer fits one of the patterns. */
export function jsonFind(text: string, patterns: readonly string[]): JsonValue[] {
  const scan = scanJson(text);
  if (!isScan(scan)) return [];
  const walk = new PointerWalk(text, scan);
  const found: JsonValue[] = [];
  for (let i = 0; i < scan.length; i++) {
    const pointer = walk.step(i);
    const kind = scan.kinds[i] as Tok;
    if (pointer === undefined || kind < Tok.String) continue;
    if (patterns.some((p) => pointerFits(p, pointer)))
      found.push({ pointer, from: scan.starts[i] as number, to: scan.ends[i] as number });
  }
  return found;
}
