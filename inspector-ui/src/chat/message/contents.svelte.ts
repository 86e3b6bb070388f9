/*
 * Which call of the bot has fetched what a user sent. Such calls send nothing, so a conversation does not list them: the
 * exchange of the message has them. It is asked for once, and again when the bot calls because of it.
 */
import { api } from '../../api/client';
import { feed } from '../../api/stream.svelte';
import type { Call } from '../../api/types';

const CONTENT = /^\/v2\/bot\/message\/([0-9]{1,40})\/content(?:\?|$)/;
const EXCHANGES_MAX = 200;

/** Message ids with the calls that got their content. */
export function contentsIn(calls: readonly Call[]): [string, Call][] {
  return calls.flatMap((call): [string, Call][] => {
    const id = call.status === 200 ? CONTENT.exec(call.path)?.[1] : undefined;
    return id === undefined ? [] : [[id, call]];
  });
}

class Contents {
  /** By the id of the message. */
  known = $state.raw<ReadonlyMap<string, Call>>(new Map());
  #asked = new Set<string>();

  constructor() {
    feed.on('call', ({ exchange }) => {
      if (exchange !== null && this.#asked.has(exchange)) void this.#read(exchange);
    });
  }

  ask(exchange: string): void {
    if (this.#asked.has(exchange)) return;
    const oldest = this.#asked.values().next().value;
    if (this.#asked.size >= EXCHANGES_MAX && oldest !== undefined) this.#asked.delete(oldest);
    this.#asked.add(exchange);
    void this.#read(exchange);
  }

  async #read(id: string): Promise<void> {
    try {
      const { calls } = await api.get('/api/exchanges/{id}', { path: { id } });
      const found = contentsIn(calls);
      if (found.length > 0) this.known = new Map([...this.known, ...found]);
    } catch {
      // Deleted, or nobody listens: then there is nothing to show.
      this.#asked.delete(id);
    }
  }
}

export const contents = new Contents();
