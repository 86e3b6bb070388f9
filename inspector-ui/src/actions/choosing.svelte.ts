/* Compare, while the second exchange is still to be chosen in the list. */
import type { Detail } from '../api/types';
import { router } from '../lib/router.svelte';

class Choosing {
  from = $state<string | null>(null);

  /** With its original or its newest replay at once, else with the one that is opened next. */
  start(detail: Detail): void {
    const other = detail.parent ?? detail.replays.at(-1)?.id ?? null;
    if (other === null) {
      this.from = detail.id;
      return;
    }
    const [a, b] = detail.parent === null ? [detail.id, other] : [other, detail.id];
    router.go({ room: 'compare', a, b });
  }

  /** An exchange was opened: is it the second one? */
  opened(id: string): boolean {
    const from = this.from;
    if (from === null || from === id) return false;
    this.from = null;
    router.go({ room: 'compare', a: from, b: id }, { replace: true });
    return true;
  }

  stop(): void {
    this.from = null;
  }
}

export const choosing = new Choosing();
