/*
 * A text as LINE shows it: pieces of plain text, links, LINE emoji and mentions. Places in `text` messages count UTF-16
 * units, as strings here do; `textV2` names what it replaces in braces.
 */
import { safeHref } from '../../detail/events/event_fields';
import { dig, digList, digNumber, digText } from '../../detail/events/raw';

export type Segment =
  | { kind: 'text'; text: string }
  | { kind: 'link'; text: string; href: string }
  | { kind: 'emoji'; text: string; product: string; emoji: string }
  /** `user` is null for everybody. */
  | { kind: 'mention'; text: string; user: string | null };

interface Mark {
  from: number;
  to: number;
  make: (text: string) => Segment;
}

const LINK = /https?:\/\/[^\s<>"'`{}|\\^「」『』（）、。]+/g;
const AFTER_LINK = /[.,;:!?)\]]+$/;

/** Addresses in a plain text become links. */
export function linked(text: string): Segment[] {
  const found: Segment[] = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(AFTER_LINK, '');
    const href = safeHref(address);
    if (href === null) continue;
    if (match.index > at) found.push({ kind: 'text', text: text.slice(at, match.index) });
    found.push({ kind: 'link', text: address, href });
    at = match.index + address.length;
  }
  if (at < text.length) found.push({ kind: 'text', text: text.slice(at) });
  return found;
}

function emojiMark(one: unknown): Mark | null {
  const from = digNumber(one, 'index');
  if (from === null) return null;
  const product = digText(one, 'productId');
  const emoji = digText(one, 'emojiId');
  const make = (text: string): Segment => ({ kind: 'emoji', text, product, emoji });
  return { from, to: from + (digNumber(one, 'length') ?? 1), make };
}

function mentionMark(one: unknown): Mark | null {
  const from = digNumber(one, 'index');
  const length = digNumber(one, 'length');
  if (from === null || length === null) return null;
  const user = digText(one, 'type') === 'all' ? null : digText(one, 'userId');
  return { from, to: from + length, make: (text) => ({ kind: 'mention', text, user }) };
}

/** Of a `text` message, from a user or from the bot. Marks that overlap or lie outside are left out. */
export function textSegments(message: unknown, text = digText(message, 'text')): Segment[] {
  const marks = [
    ...digList(message, 'emojis').map(emojiMark),
    ...digList(message, 'mention', 'mentionees').map(mentionMark),
  ]
    .filter((mark): mark is Mark => mark !== null)
    .sort((a, b) => a.from - b.from);
  const found: Segment[] = [];
  let at = 0;
  for (const { from, to, make } of marks) {
    if (!Number.isInteger(from) || from < at || to <= from || to > text.length) continue;
    found.push(...linked(text.slice(at, from)), make(text.slice(from, to)));
    at = to;
  }
  return [...found, ...linked(text.slice(at))];
}

/** What a key of `substitution` stands for; null if it is nothing that LINE knows. */
function substitute(value: unknown, name: (user: string) => string): Segment | null {
  const type = digText(value, 'type');
  if (type === 'emoji') {
    const product = digText(value, 'productId');
    return { kind: 'emoji', text: '', product, emoji: digText(value, 'emojiId') };
  }
  if (type !== 'mention') return null;
  if (digText(value, 'mentionee', 'type') === 'all')
    return { kind: 'mention', text: '@All', user: null };
  const user = digText(value, 'mentionee', 'userId');
  return { kind: 'mention', text: `@${name(user)}`, user };
}

const BRACES = /\{\{|\}\}|\{([0-9A-Za-z_]{1,20})\}/g;

/** Of a `textV2` message: `{key}` is replaced, `{{` and `}}` are braces. */
export function textV2Segments(message: unknown, name: (user: string) => string): Segment[] {
  const text = digText(message, 'text');
  const found: Segment[] = [];
  let plain = '';
  let at = 0;
  for (const match of text.matchAll(BRACES)) {
    plain += text.slice(at, match.index);
    at = match.index + match[0].length;
    const key = match[1];
    const made = key === undefined ? null : substitute(dig(message, 'substitution', key), name);
    if (made === null) {
      plain += key === undefined ? match[0].slice(1) : match[0];
      continue;
    }
    found.push(...linked(plain), made);
    plain = '';
  }
  return [...found, ...linked(plain + text.slice(at))];
}

/** Only emoji and nothing else: LINE shows them larger. */
export function isOnlyEmoji(segments: readonly Segment[]): boolean {
  return segments.length > 0 && segments.every((one) => one.kind === 'emoji');
}
