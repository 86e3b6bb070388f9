/*
 * While somebody writes here, nothing of the bot may reach a real person: the agent is asked for that, again every 15
 * seconds, since it forgets after 30. `hold` gives the function that ends it.
 */
import { api } from '../../api/client';
import { problemText } from '../../lib/problems';

export const RENEW_MS = 15_000;

export interface LeaseNews {
  /** Null: it could not be had; nothing may be sent. */
  until: number | null;
  error: string | null;
}

export class Lease {
  #chat: string;
  /** Another page's is not ended with ours. */
  #holder: string = crypto.randomUUID();
  #tell: (news: LeaseNews) => void;
  #timer: ReturnType<typeof setInterval>;
  #over = false;

  constructor(chat: string, tell: (news: LeaseNews) => void) {
    this.#chat = chat;
    this.#tell = tell;
    this.#timer = setInterval(() => void this.renew(), RENEW_MS);
    void this.renew();
  }

  /** True if it is held now. */
  async renew(): Promise<boolean> {
    try {
      const { until } = await api.post('/api/chats/{chat}/lease', {}, this.#given());
      if (!this.#over) this.#tell({ until, error: null });
      return !this.#over;
    } catch (error) {
      if (!this.#over) this.#tell({ until: null, error: problemText(error) });
      return false;
    }
  }

  #given(): { path: { chat: string }; query: { holder: string } } {
    return { path: { chat: this.#chat }, query: { holder: this.#holder } };
  }

  /** Also when the page goes away: the request outlives it. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#timer);
    api
      .delete('/api/chats/{chat}/lease', { ...this.#given(), keepalive: true })
      .catch(() => undefined);
  }
}
