/* Two texts that differ somewhere: the difference, with a little of what is the same around it. */

const AROUND = 30;
const MIDDLE_MAX = 240;

export interface Excerpt {
  before: string;
  differs: string;
  after: string;
  cutStart: boolean;
  cutEnd: boolean;
}

function isLow(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return c >= 0xdc00 && c < 0xe000;
}

/** Not between the halves of one character. */
function backOff(text: string, at: number): number {
  return at > 0 && at < text.length && isLow(text, at) ? at - 1 : at;
}

function excerpt(text: string, head: number, tail: number): Excerpt {
  const from = backOff(text, Math.max(head - AROUND, 0));
  const end = text.length - tail;
  const to = Math.min(end + AROUND, text.length);
  const middle = text.slice(head, end);
  return {
    before: text.slice(from, head),
    differs: middle.length > MIDDLE_MAX ? `${middle.slice(0, MIDDLE_MAX)}…` : middle,
    after: text.slice(end, isLow(text, to) ? to + 1 : to),
    cutStart: from > 0,
    cutEnd: to < text.length,
  };
}

export function byteDiff(a: string, b: string): [Excerpt, Excerpt] {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head++;
  head = Math.min(backOff(a, head), backOff(b, head));
  let tail = 0;
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  while (tail > 0 && (isLow(a, a.length - tail) || isLow(b, b.length - tail))) tail--;
  return [excerpt(a, head, tail), excerpt(b, head, tail)];
}
