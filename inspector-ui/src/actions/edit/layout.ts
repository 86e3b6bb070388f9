/* JSON laid out for an editor, and put together again, without touching a single value. */
import { isScan, PointerWalk, type Scan, scanJson, Tok } from '../../detail/code/json_scan';
import { linesText, prettyJson } from '../../detail/code/pretty';

/** null: no JSON */
export function layOut(text: string): string | null {
  const lines = prettyJson(text, { inline: 0 });
  return Array.isArray(lines) ? linesText(lines) : null;
}

/** Without white space between the tokens; null: no JSON */
export function compact(text: string): string | null {
  const scan = scanJson(text);
  if (!isScan(scan)) return null;
  const parts: string[] = [];
  for (let i = 0; i < scan.length; i++) parts.push(text.slice(scan.starts[i], scan.ends[i]));
  return parts.join('');
}

export interface Checked {
  json: boolean;
  /** elements of `events`, if there is such a list */
  events: number | null;
  /** where it stops being JSON; from 1 */
  line: number;
  column: number;
  offset: number;
}

const EVENT = /^\/events\/(\d+)$/;

function countEvents(text: string, scan: Scan): number | null {
  const walk = new PointerWalk(text, scan);
  let count: number | null = null;
  for (let i = 0; i < scan.length; i++) {
    const pointer = walk.step(i);
    if (pointer === undefined || scan.kinds[i] === Tok.Key) continue;
    if (pointer === '/events') count = text[scan.starts[i] as number] === '[' ? 0 : null;
    else if (count !== null && EVENT.test(pointer)) count++;
  }
  return count;
}

export function checkJson(text: string): Checked {
  const scan = scanJson(text);
  if (isScan(scan))
    return { json: true, events: countEvents(text, scan), line: 0, column: 0, offset: 0 };
  const before = text.slice(0, scan.offset);
  const line = before.split('\n').length;
  return {
    json: false,
    events: null,
    line,
    column: scan.offset - before.lastIndexOf('\n'),
    offset: scan.offset,
  };
}
