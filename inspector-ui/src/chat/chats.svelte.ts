/*
 * The chats, and what was said in the one that is open. The stream tells of new exchanges; what changed is asked for
 * again, at most once a second, so that a busy bot does not keep the page busy.
 */
import { api } from '../api/client';
import { feed } from '../api/stream.svelte';
import type { Chat, ChatItem } from '../api/types';
import { problemText } from '../lib/problems';

const PAUSE_MS = 1000;
const PAGE = 100;

/** Newest page joined to what is known; items that changed are replaced. */
export function joinNewest(
  known: readonly ChatItem[],
  newest: readonly ChatItem[],
): readonly ChatItem[] {
  const oldest = newest.at(-1);
  if (!oldest) return [];
  const older = known.findIndex((item) => item.id === oldest.id);
  return older < 0 ? newest : [...newest, ...known.slice(older + 1)];
}

class Chats {
  list = $state.raw<readonly Chat[] | null>(null);
  /** Newest first, as the agent gives them. */
  items = $state.raw<readonly ChatItem[] | null>(null);
  next = $state<string | null>(null);
  error = $state<string | null>(null);
  #chat: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #stops: (() => void)[] = [];

  /** While the room is open. */
  start(): () => void {
    const later = () => this.#later();
    this.#stops = [feed.on('row', later), feed.on('more', later), feed.on('reset', later)];
    void this.#read();
    return () => {
      for (const stop of this.#stops) stop();
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

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#read();
    }, PAUSE_MS);
  }

  async #read(): Promise<void> {
    try {
      this.list = (await api.get('/api/chats')).items;
      this.error = null;
      if (this.#chat !== null) await this.#readItems(this.#chat);
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
