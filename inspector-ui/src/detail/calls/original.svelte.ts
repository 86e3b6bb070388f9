/* The exchange that a replay repeats: its calls stand beside the new ones. */
import { api, Problem } from '../../api/client';
import type { Detail } from '../../api/types';

export class Original {
  detail = $state.raw<Detail | null>(null);
  #id: string | null = null;

  show(id: string | null): void {
    if (id === this.#id) return;
    this.#id = id;
    this.detail = null;
    if (id !== null) void this.#read(id);
  }

  async #read(id: string): Promise<void> {
    try {
      const detail = await api.get('/api/exchanges/{id}', { path: { id } });
      if (id === this.#id) this.detail = detail;
    } catch (error) {
      // It may have been deleted: then the replay's own calls stand alone.
      if (!(error instanceof Problem)) throw error;
    }
  }
}
