/* What the agent says about itself: read once, then told by the stream. */
import { api } from './client';
import { feed } from './stream.svelte';
import type { Status } from './types';

class StatusStore {
  now = $state.raw<Status | null>(null);

  constructor() {
    feed.on('status', (status) => {
      this.now = status;
    });
    feed.on('reset', () => void this.read());
  }

  async read(): Promise<void> {
    try {
      this.now = await api.get('/api/status');
    } catch {
      // The session says what is wrong; what was known stays in sight.
    }
  }

  get linked(): boolean {
    return this.now?.link.state === 'linked';
  }
}

export const status = new StatusStore();
