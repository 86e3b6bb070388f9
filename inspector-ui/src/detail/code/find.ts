import type { Line, Piece } from './pretty';

export interface Hit {
  line: number;
  from: number;
  to: number;
}

export const HITS_MAX = 2000;

function lineText(line: Line): string {
  return line.pieces.length === 1
    ? (line.pieces[0] as Piece).t
    : line.pieces.map((p) => p.t).join('');
}

/** Where `needle` stands, without regard to case; at most HITS_MAX places. */
export function findHits(lines: readonly Line[], needle: string): Hit[] {
  const want = needle.toLowerCase();
  const hits: Hit[] = [];
  if (want === '') return hits;
  for (let line = 0; line < lines.length; line++) {
    const text = lineText(lines[line] as Line).toLowerCase();
    for (let at = text.indexOf(want); at >= 0; at = text.indexOf(want, at + want.length)) {
      hits.push({ line, from: at, to: at + want.length });
      if (hits.length === HITS_MAX) return hits;
    }
  }
  return hits;
}

export interface MarkedPiece extends Piece {
  hit?: boolean;
}

/** The pieces of a line, cut at the borders of its hits. */
export function markPieces(pieces: readonly Piece[], hits: readonly Hit[]): MarkedPiece[] {
  if (hits.length === 0) return [...pieces];
  const out: MarkedPiece[] = [];
  let at = 0;
  for (const piece of pieces) {
    const end = at + piece.t.length;
    let from = at;
    for (const hit of hits) {
      const a = Math.max(hit.from, from);
      const b = Math.min(hit.to, end);
      if (a >= b) continue;
      if (a > from) out.push({ c: piece.c, t: piece.t.slice(from - at, a - at) });
      out.push({ c: piece.c, t: piece.t.slice(a - at, b - at), hit: true });
      from = b;
    }
    if (from < end) out.push({ c: piece.c, t: piece.t.slice(from - at) });
    at = end;
  }
  return out;
}
