/*
 * The exchange that is open. What was read before is shown at once and read again; the stream says when it changed.
 * While the bot is still at it, it is asked for every few seconds too, since it may not match the list's filter.
 */
import { api, Problem } from '../api/client';
import { feed } from '../api/stream.svelte';
import type { Detail } from '../api/types';

const KEPT = 20;
const AGAIN_MS = 3000;
const SKELETON_MS = 150;

class OpenExchange {
  id = $state('');
  detail = $state.raw<Detail | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** It takes so long that something should be shown. */
  slow = $state(false);

  #known = new Map<string, Detail>();
  #holders = 0;
  #asked = 0;
  #queued = false;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    feed.on('row', (row) => {
      if (row.id === this.id || (row.parent !== null && row.parent === this.id)) this.#soon();
      else this.#known.delete(row.id);
    });
    feed.on('call', ({ exchange }) => {
      if (exchange === this.id) this.#soon();
      else if (exchange !== null) this.#known.delete(exchange);
    });
    feed.on('gone', ({ ids }) => {
      for (const id of ids) this.#known.delete(id);
      if (ids.includes(this.id)) this.#soon();
    });
    feed.on('reset', () => {
      this.#known.clear();
      if (this.id !== '') this.#soon();
    });
  }

  show(id: string): void {
    if (id === this.id) return;
    this.id = id;
    this.detail = this.#known.get(id) ?? null;
    this.problem = null;
    void this.read();
  }

  /** For as long as somebody shows it; the next one comes before the last has gone. */
  hold(): () => void {
    this.#holders++;
    return () => {
      this.#holders--;
      queueMicrotask(() => {
        if (this.#holders === 0) this.#leave();
      });
    };
  }

  #leave(): void {
    this.id = '';
    this.detail = null;
    this.problem = null;
    clearTimeout(this.#again);
  }

  async read(): Promise<void> {
    const { id } = this;
    const asked = ++this.#asked;
    const timer = setTimeout(() => {
      if (asked === this.#asked) this.slow = true;
    }, SKELETON_MS);
    try {
      const detail = await api.get('/api/exchanges/{id}', { path: { id } });
      if (asked === this.#asked && id === this.id) this.#take(detail);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (asked === this.#asked && (this.detail === null || error.status === 404))
        this.#fail(error);
    } finally {
      clearTimeout(timer);
      if (asked === this.#asked) this.slow = false;
    }
  }

  #take(detail: Detail): void {
    this.detail = detail;
    this.problem = null;
    this.#known.delete(detail.id);
    this.#known.set(detail.id, detail);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > KEPT && oldest !== undefined) this.#known.delete(oldest);
    clearTimeout(this.#again);
    if (detail.state === 'running' || detail.state === 'retrying')
      this.#again = setTimeout(() => this.#whileSeen(), AGAIN_MS);
  }

  #fail(problem: Problem): void {
    this.#known.delete(this.id);
    this.detail = null;
    this.problem = problem;
  }

  #whileSeen(): void {
    if (this.id === '') return;
    if (document.visibilityState === 'visible') void this.read();
    else this.#again = setTimeout(() => this.#whileSeen(), AGAIN_MS);
  }

  /** Several news at once are one question. */
  #soon(): void {
    if (this.#queued) return;
    this.#queued = true;
    setTimeout(() => {
      this.#queued = false;
      if (this.id !== '') void this.read();
    }, 60);
  }
}

export const open = new OpenExchange();
