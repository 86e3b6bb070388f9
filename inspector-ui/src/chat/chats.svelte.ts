/*
 * The chats, and what was said in the one that is open. The stream tells of new exchanges and calls; what changed is
 * asked for again: at once after a silence, else at most twice a second, so that a busy bot does not keep the page busy.
 */
import { api } from '../api/client';
import { Feed } from '../api/stream.svelte';
import type { Chat, ChatItem, NewChat } from '../api/types';
import { problemText } from '../lib/problems';

const PAUSE_MS = 500;
const PAGE = 100;

const isSame = (a: ChatItem | undefined, b: ChatItem): boolean =>
  a !== undefined && JSON.stringify(a) === JSON.stringify(b);

/** Newest page joined to what is known; items that changed are replaced, the others stay what they are. */
export function joinNewest(
  known: readonly ChatItem[],
  newest: readonly ChatItem[],
): readonly ChatItem[] {
  const oldest = newest.at(-1);
  if (!oldest) return [];
  const older = known.findIndex((item) => item.id === oldest.id);
  if (older < 0) return newest;
  const byId = new Map(known.slice(0, older + 1).map((item) => [item.id, item]));
  const kept = newest.map((item) => {
    const old = byId.get(item.id);
    return old !== undefined && isSame(old, item) ? old : item;
  });
  return [...kept, ...known.slice(older + 1)];
}

class Chats {
  list = $state.raw<readonly Chat[] | null>(null);
  /** Newest first, as the agent gives them. */
  items = $state.raw<readonly ChatItem[] | null>(null);
  next = $state<string | null>(null);
  error = $state<string | null>(null);
  #chat: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #readAt = Number.NEGATIVE_INFINITY;
  #stops: (() => void)[] = [];
  /** Its own: the list may look through a filter, a conversation never does. */
  #feed: Feed | null = null;

  /** While the room is open. */
  start(): () => void {
    this.#feed ??= new Feed();
    const feed = this.#feed;
    const later = () => this.#later();
    const names = ['row', 'call', 'gone', 'more', 'reset', 'rejoined'] as const;
    this.#stops = names.map((name) => feed.on(name, later));
    feed.follow('');
    void this.#read();
    return () => {
      for (const stop of this.#stops) stop();
      feed.leave();
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
    };
  }

  open(chat: string | null): void {
    if (chat === this.#chat && this.items !== null) return;
    this.#chat = chat;
    this.items = null;
    this.next = null;
    if (chat !== null) void this.#readItems(chat);
  }

  /** A test user or group; it is in the list when this returns. */
  async make(wanted: NewChat): Promise<Chat> {
    const chat = await api.post('/api/chats', wanted);
    await this.#read();
    if (!this.list?.some((one) => one.id === chat.id)) this.list = [chat, ...(this.list ?? [])];
    return chat;
  }

  #later(): void {
    const wait = Math.max(0, this.#readAt + PAUSE_MS - performance.now());
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#read();
    }, wait);
  }

  async #read(): Promise<void> {
    this.#readAt = performance.now();
    const chat = this.#chat;
    try {
      const [{ items }] = await Promise.all([
        api.get('/api/chats'),
        chat === null ? null : this.#readItems(chat),
      ]);
      this.list = items;
    } catch (error) {
      this.error = problemText(error);
    }
  }

  async #readItems(chat: string): Promise<void> {
    const given = { path: { chat }, query: { limit: PAGE } };
    try {
      const { items, next } = await api.get('/api/chats/{chat}/items', given);
      if (chat !== this.#chat) return;
      if (this.items === null) this.next = next;
      const joined = joinNewest(this.items ?? [], items);
      if (joined.length === items.length) this.next = next;
      this.items = joined;
      this.error = null;
    } catch (error) {
      this.error = problemText(error);
    }
  }

  async older(): Promise<void> {
    const chat = this.#chat;
    if (chat === null || this.next === null) return;
    const given = { path: { chat }, query: { before: this.next, limit: PAGE } };
    try {
      const { items, next } = await api.get('/api/chats/{chat}/items', given);
      if (chat !== this.#chat) return;
      this.items = [...(this.items ?? []), ...items];
      this.next = next;
    } catch (error) {
      this.error = problemText(error);
    }
  }
}

export const chats = new Chats();
