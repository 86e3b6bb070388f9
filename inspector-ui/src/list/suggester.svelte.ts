/* What may stand at the cursor, from the agent. Only the newest question's answer counts. */
import { api, Problem } from '../api/client';

export interface Suggestion {
  insert: string;
  label_code: string;
  from: number;
  to: number;
  count?: number | null;
}

export class Suggester {
  items = $state.raw<readonly Suggestion[]>([]);
  open = $state(false);
  /** The chosen one; -1 is none, and Enter then applies the filter. */
  at = $state(-1);
  #asked = 0;

  async ask(q: string, at: number): Promise<void> {
    const asked = ++this.#asked;
    try {
      const { items } = await api.get('/api/filter/suggest', { query: { q, at } });
      if (asked !== this.#asked) return;
      this.items = items;
      this.at = -1;
      this.open = items.length > 0;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (asked === this.#asked) this.close();
    }
  }

  move(step: number): void {
    if (!this.open) return;
    const count = this.items.length;
    this.at = this.at < 0 && step < 0 ? count - 1 : (this.at + step + count) % count;
  }

  close(): void {
    this.#asked += 1;
    this.open = false;
    this.at = -1;
  }
}
