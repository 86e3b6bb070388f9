/* What a row says: kind, content, sender, answer, badges, bar. Codes only; the words come with t(). */
import type { RowFacts } from '../api/types';
import type { IconName } from '../lib/icons';
import { lookUp, oneLine, shortId } from '../lib/recorded';

/** The whole length of the bar, in milliseconds; LINE's limit is at four fifths of it. */
const BAR_MS = 2500;
const LIMIT_MS = 2000;

export type Tone = '' | 'warn' | 'bad';

const MESSAGE_ICONS: Record<string, IconName> = {
  text: 'text',
  image: 'image',
  video: 'video',
  audio: 'audio',
  file: 'file',
  location: 'location',
  sticker: 'sticker',
};
const EVENT_ICONS: Record<string, IconName> = {
  postback: 'postback',
  follow: 'follow',
  unfollow: 'unfollow',
  join: 'group',
  leave: 'group',
  memberJoined: 'group',
  memberLeft: 'group',
  unsend: 'undo',
  beacon: 'beacon',
  accountLink: 'link',
  videoPlayComplete: 'video',
  things: 'beacon',
  membership: 'star',
  module: 'settings',
  activated: 'settings',
  deactivated: 'settings',
  botSuspended: 'pause',
  botResumed: 'play',
  delivery: 'fine',
};

export function kindIcon(row: RowFacts): IconName {
  if (row.flags.includes('verify')) return 'fine';
  if (row.kind === 'pass' || !row.first) return 'globe';
  if (row.first.type === 'message') return lookUp(MESSAGE_ICONS, row.first.sub) ?? 'unknown';
  return lookUp(EVENT_ICONS, row.first.type) ?? 'unknown';
}

/** The kind as a word of LINE's, which is the same in every language. */
export function kindWord(row: RowFacts): string {
  if (row.flags.includes('verify')) return 'verify';
  if (row.kind === 'pass' || !row.first) return row.method;
  return oneLine(row.first.type === 'message' ? row.first.sub || 'message' : row.first.type);
}

export type Content =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'words'; code: string };

/** The text itself, a piece of code, or a code for words of the page. */
export function content(row: RowFacts): Content {
  if (row.flags.includes('verify')) return { kind: 'words', code: 'verify' };
  const { first } = row;
  if (row.kind === 'pass' || !first) return { kind: 'code', text: oneLine(row.path) };
  const text = oneLine(first.text);
  if (first.type === 'message' && first.sub === 'text') return { kind: 'text', text };
  if (first.type === 'postback' || first.sub === 'sticker')
    return { kind: 'code', text: text || oneLine(first.type) };
  if (text !== '' && first.type === 'message') return { kind: 'text', text };
  return { kind: 'words', code: first.type === 'message' ? first.sub || 'message' : first.type };
}

/** The sender and the chat: a name where it is known, else the id, shortened. Empty if LINE did not say. */
export function who(row: RowFacts): string {
  const source = row.first?.source;
  if (!source || source.type === '') return '';
  const ids = source.type === 'user' ? [source.user_id || source.id] : [source.user_id, source.id];
  const [first, ...rest] = ids.filter((id) => id !== '').map(shortId);
  if (first === undefined) return '';
  return [source.name ? oneLine(source.name) : first, ...rest].join(' · ');
}

export const isNamed = (row: RowFacts): boolean => !!row.first?.source.name;

export interface Answer {
  running: boolean;
  status: string;
  /** Code of who gave it: bot, guard, now, kept, refused, relay, duplicate, none, aside, dropped. */
  by: string;
  tone: Tone;
}

const failed = (status: number | null) => status !== null && (status < 200 || status >= 300);

function byOf(row: RowFacts): string {
  if (row.answered_by === 'nobody') return row.line_status === null ? 'bot' : 'relay';
  return row.answered_by;
}

function toneOf(row: RowFacts, by: string): Tone {
  if (by === 'refused' || by === 'relay') return failed(row.line_status) ? 'bad' : '';
  if (by === 'guard') return 'warn';
  if (by === 'bot' && (row.took_ms ?? 0) > LIMIT_MS && row.kind === 'webhook') return 'bad';
  return '';
}

export function answer(row: RowFacts): Answer {
  const settled = { running: false, status: '' };
  if (row.state === 'running' && row.took_ms === null && row.line_status === null) {
    return { running: true, status: '', by: '', tone: '' };
  }
  if (row.state === 'retrying') return { ...settled, by: 'none', tone: 'bad' };
  if (row.state === 'set_aside') return { ...settled, by: 'aside', tone: 'bad' };
  if (row.state === 'dropped') return { ...settled, by: 'dropped', tone: '' };
  if (failed(row.bot_status))
    return { ...settled, status: String(row.bot_status), by: 'bot', tone: 'bad' };
  const by = byOf(row);
  const status = row.line_status ?? row.bot_status;
  if (status === null) return { ...settled, by: 'none', tone: row.state === 'done' ? 'bad' : '' };
  return { ...settled, status: String(status), by, tone: toneOf(row, by) };
}

export interface Bar {
  /** In percent of the bar: until LINE had its answer, until the bot had answered. */
  line: number;
  bot: number;
  kind: 'solid' | 'hatched' | 'quiet' | 'run' | 'dead';
}

/** The bot has not answered yet, even if LINE has its answer. */
export function underWay(row: RowFacts): boolean {
  return row.state === 'running' && row.took_ms === null;
}

const percent = (ms: number) => Math.min(100, Math.max(0, (ms / BAR_MS) * 100));

/** `elapsed` counts for what is under way. */
export function bar(row: RowFacts, elapsed: number): Bar {
  const is = answer(row);
  if (is.running) return { line: percent(elapsed), bot: 0, kind: 'run' };
  if (row.state === 'retrying')
    return { line: percent(row.line_ms ?? 0), bot: 100, kind: 'hatched' };
  const took = row.took_ms ?? (underWay(row) ? elapsed : 0);
  const line = row.line_ms ?? took;
  if (is.by === 'bot' && took > LIMIT_MS && is.tone === 'bad')
    return { line: 100, bot: 0, kind: 'dead' };
  if (took > line && is.by === 'guard')
    return { line: percent(line), bot: percent(took), kind: 'hatched' };
  if (took > line && is.by === 'now')
    return { line: percent(line), bot: percent(took), kind: 'quiet' };
  return { line: percent(is.by === 'kept' ? line : Math.max(line, took)), bot: 0, kind: 'solid' };
}

/** What stands beside the bar; null if nothing is known. */
export function took(
  row: RowFacts,
  elapsed: number,
): { ms: number | null; tone: 'late' | 'dead' | '' } {
  const is = answer(row);
  if (is.running) return { ms: elapsed, tone: '' };
  const ms = row.took_ms ?? (underWay(row) ? elapsed : row.line_ms);
  if (is.by === 'bot' && (ms ?? 0) > LIMIT_MS && is.tone === 'bad') return { ms, tone: 'dead' };
  return { ms, tone: row.flags.includes('late') ? 'late' : '' };
}
