import {
  isScan,
  matching,
  PointerWalk,
  type Scan,
  type ScanError,
  scanJson,
  Tok,
} from './json_scan';

/** A piece of a line: what it is (see detail_code.css) and its text, unchanged. */
export interface Piece {
  c: '' | 'k' | 's' | 'n' | 'l' | 'p';
  t: string;
}

export interface Line {
  pieces: Piece[];
  /** pointer of the value or the container that the line begins; only if asked for */
  pointer?: string;
}

export interface PrettyOptions {
  /** containers of plain values stay on one line up to so many characters; 0 never */
  inline?: number;
  pointers?: boolean;
}

const INDENT_MAX = 60;
const CLASSES: Record<Tok, Piece['c']> = {
  [Tok.Open]: 'p',
  [Tok.Close]: 'p',
  [Tok.Comma]: 'p',
  [Tok.Colon]: 'p',
  [Tok.Key]: 'k',
  [Tok.String]: 's',
  [Tok.Number]: 'n',
  [Tok.Literal]: 'l',
};

class Printer {
  readonly lines: Line[] = [];
  private line: Line = { pieces: [] };
  private depth = 0;
  private readonly match: Uint32Array;
  private readonly walk: PointerWalk | null;

  constructor(
    private readonly text: string,
    private readonly scan: Scan,
    private readonly inline: number,
    pointers: boolean,
  ) {
    this.match = matching(scan);
    this.walk = pointers ? new PointerWalk(text, scan) : null;
  }

  run(): Line[] {
    for (let i = 0; i < this.scan.length; i++) i = this.token(i);
    this.break();
    return this.lines;
  }

  private token(i: number): number {
    const kind = this.scan.kinds[i] as Tok;
    if (kind === Tok.Close) {
      this.depth--;
      this.break();
      this.put(i);
      return i;
    }
    if (kind !== Tok.Open) {
      this.put(i);
      if (kind === Tok.Comma) this.break();
      if (kind === Tok.Colon) this.space();
      return i;
    }
    const close = this.match[i] as number;
    if (close === i + 1 || this.fits(i, close)) return this.whole(i, close);
    this.put(i);
    this.depth++;
    this.break();
    return i;
  }

  /** A container of plain values, short enough for one line? */
  private fits(open: number, close: number): boolean {
    if (this.inline === 0 || close - open > 32) return false;
    let width = 0;
    for (let i = open; i <= close; i++) {
      if (i > open && this.scan.kinds[i] === Tok.Open) return false;
      width += (this.scan.ends[i] as number) - (this.scan.starts[i] as number) + 1;
    }
    return width <= this.inline;
  }

  private whole(open: number, close: number): number {
    const padded = close > open + 1;
    for (let i = open; i <= close; i++) {
      if (i === close && padded) this.space();
      this.put(i);
      const kind = this.scan.kinds[i] as Tok;
      if (kind === Tok.Comma || kind === Tok.Colon || (i === open && padded)) this.space();
    }
    return close;
  }

  private put(i: number): void {
    const start = this.scan.starts[i] as number;
    const kind = this.scan.kinds[i] as Tok;
    const pointer = this.walk?.step(i);
    const line = this.line;
    if (line.pieces.length === 0 && this.depth > 0)
      line.pieces.push({ c: '', t: '  '.repeat(Math.min(this.depth, INDENT_MAX)) });
    if (pointer !== undefined && line.pointer === undefined) line.pointer = pointer;
    line.pieces.push({ c: CLASSES[kind], t: this.text.slice(start, this.scan.ends[i]) });
  }

  private space(): void {
    this.line.pieces.push({ c: '', t: ' ' });
  }

  private break(): void {
    if (this.line.pieces.length > 0) this.lines.push(this.line);
    this.line = { pieces: [] };
  }
}

export function prettyJson(text: string, options: PrettyOptions = {}): Line[] | ScanError {
  const scan = scanJson(text);
  if (!isScan(scan)) return scan;
  return new Printer(text, scan, options.inline ?? 76, options.pointers ?? false).run();
}

/** The lines as one text again, for an editor. */
export function linesText(lines: readonly Line[]): string {
  return lines.map((l) => l.pieces.map((p) => p.t).join('')).join('\n');
}

const LINE_MAX = 8192;

/** The text as it is; only lines too long for a browser's layout are cut for display. */
export function rawLines(text: string): Line[] {
  const lines: Line[] = [];
  for (const line of text.split('\n')) {
    for (let at = 0; at === 0 || at < line.length; at += LINE_MAX)
      lines.push({ pieces: [{ c: '', t: line.slice(at, at + LINE_MAX) }] });
  }
  return lines;
}
