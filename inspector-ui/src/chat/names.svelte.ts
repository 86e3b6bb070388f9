/* Who somebody is, as far as the chats that are here say. */
import type { Chat } from '../api/types';
import { oneLine, shortId } from '../lib/recorded';
import { chats } from './chats.svelte';
import { type ChatFacts, factsOf } from './log/facts';

class Names {
  facts: ChatFacts = $derived(factsOf(chats.items ?? []));
  #chats: ReadonlyMap<string, Chat> = $derived(
    new Map((chats.list ?? []).map((chat) => [chat.id, chat])),
  );

  chat(id: string): Chat | undefined {
    return this.#chats.get(id);
  }

  /** One line, whatever it is. */
  of(id: string): string {
    const name = this.#chats.get(id)?.name ?? this.facts.names.get(id);
    return name ? oneLine(name) : shortId(id);
  }

  isNamed(id: string): boolean {
    return Boolean(this.#chats.get(id)?.name ?? this.facts.names.get(id));
  }

  /** Who may speak in a group: everybody who has, then the test users. */
  speakers(group: string): string[] {
    const said = (chats.items ?? []).map((item) => item.user_id);
    const tests = (chats.list ?? []).filter((chat) => chat.test && chat.type === 'user');
    const all = new Set([...said, ...tests.map((chat) => chat.id)]);
    all.delete('');
    all.delete(group);
    return [...all];
  }
}

export const names = new Names();
