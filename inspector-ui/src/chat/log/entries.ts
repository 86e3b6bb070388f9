/* The lines of the log, oldest first: a bubble per message, a grey line for everything else that the user notices. */
import type { Call, ChatItem } from '../../api/types';
import { dig, digList, digText } from '../../detail/events/raw';

export interface Bubble {
  kind: 'bubble';
  key: string;
  item: ChatItem;
  side: 'in' | 'out';
  message: unknown;
  /** place of the message in its call */
  index: number;
  /** Nobody else spoke since the bubble before it. */
  follows: boolean;
}
export interface SystemLine {
  kind: 'system';
  key: string;
  item: ChatItem;
}
export interface DayLine {
  kind: 'day';
  key: string;
  at: number;
}
export type Entry = Bubble | SystemLine | DayLine;

/** Calls that send nothing but that a user notices, by LINE's name of the operation. */
const NOTICED: Readonly<Record<string, string>> = {
  showLoadingAnimation: 'loading',
  markMessagesAsRead: 'read',
  markMessagesAsReadByToken: 'read',
  linkRichMenuIdToUser: 'menu',
  unlinkRichMenuIdFromUser: 'menu_off',
  linkRichMenuIdToUsers: 'menu',
  unlinkRichMenuIdFromUsers: 'menu_off',
  leaveGroup: 'leave',
  leaveRoom: 'leave',
};

/** The word for a call that sends no message; null if the user sees nothing of it. */
export function noticed(call: Call): string | null {
  const operation = call.operation ?? '';
  return Object.hasOwn(NOTICED, operation) ? (NOTICED[operation] ?? null) : null;
}

/** Neither sent nor kept here for the user to see. */
export function isUnsent(item: ChatItem): boolean {
  return item.state === 'refused' || item.state === 'failed';
}

function isSpoken(item: ChatItem): boolean {
  return item.kind === 'message' || item.event?.type === 'postback';
}

function ofCall(item: ChatItem, call: Call): Entry[] {
  if (item.messages.length > 0) {
    return item.messages.map((one, index) => ({
      kind: 'bubble',
      key: `${item.id}.${index}`,
      item,
      side: 'in',
      message: one.message,
      index,
      follows: false,
    }));
  }
  // A call that could not even be read as messages still says why.
  if (noticed(call) === null && !(call.sends && isUnsent(item))) return [];
  return [{ kind: 'system', key: item.id, item }];
}

function entriesOf(item: ChatItem): Entry[] {
  if (item.call !== null) return ofCall(item, item.call);
  if (item.event === null) return [];
  if (!isSpoken(item)) return [{ kind: 'system', key: item.id, item }];
  const message = dig(item.event.raw, 'message') ?? null;
  return [{ kind: 'bubble', key: item.id, item, side: 'out', message, index: 0, follows: false }];
}

function follows(entry: Bubble, before: Entry | undefined): boolean {
  return (
    before?.kind === 'bubble' &&
    before.side === entry.side &&
    before.item.user_id === entry.item.user_id &&
    digText(before.message, 'sender', 'name') === digText(entry.message, 'sender', 'name')
  );
}

/** `items` newest first; `dayOf` names a day by its midnight. */
export function entries(items: readonly ChatItem[], dayOf: (at: number) => number): Entry[] {
  const found: Entry[] = [];
  let day: number | null = null;
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at];
    if (!item) continue;
    for (const entry of entriesOf(item)) {
      if (dayOf(item.at) !== day) {
        day = dayOf(item.at);
        found.push({ kind: 'day', key: `day ${item.id}`, at: item.at });
      }
      if (entry.kind === 'bubble') entry.follows = follows(entry, found.at(-1));
      found.push(entry);
    }
  }
  return found;
}

/**
 * The quick replies that are on the screen now: of the last message of the latest call that reached the user, unless
 * the user has said something since.
 */
export function quickReplies(items: readonly ChatItem[]): readonly unknown[] {
  for (const item of items) {
    if (item.call !== null && item.messages.length > 0 && !isUnsent(item))
      return digList(item.messages.at(-1)?.message, 'quickReply', 'items').map((one) =>
        dig(one, 'action'),
      );
    if (item.event !== null && isSpoken(item)) return [];
  }
  return [];
}
