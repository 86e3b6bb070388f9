/* Short messages at the foot of the page. One with an undo stays ten seconds, a plain one four, an error until closed. */
import type { IconName } from './icons';

const UNDO_MS = 10_000;
const PLAIN_MS = 4_000;
const MOST = 4;

export interface Toast {
  id: number;
  text: string;
  icon: IconName;
  bad: boolean;
  undo: (() => Promise<void> | void) | null;
  /** Leads to what the message is about. */
  open: (() => void) | null;
}

class Toasts {
  shown = $state.raw<readonly Toast[]>([]);
  #next = 1;

  #show(toast: Omit<Toast, 'id'>, ms: number): void {
    const id = this.#next++;
    this.shown = [...this.shown, { ...toast, id }].slice(-MOST);
    if (ms > 0) setTimeout(() => this.close(id), ms);
  }

  say(text: string, icon: IconName = 'check'): void {
    this.#show({ text, icon, bad: false, undo: null, open: null }, PLAIN_MS);
  }

  sayUndo(text: string, undo: () => Promise<void> | void, icon: IconName = 'trash'): void {
    this.#show({ text, icon, bad: false, undo, open: null }, UNDO_MS);
  }

  sayAct(text: string, open: (() => void) | null, icon: IconName): void {
    this.#show({ text, icon, bad: false, undo: null, open }, UNDO_MS);
  }

  sayError(text: string): void {
    this.#show({ text, icon: 'bad', bad: true, undo: null, open: null }, 0);
  }

  close(id: number): void {
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }

  /** Takes the newest that can be undone back. */
  async undoNewest(): Promise<boolean> {
    const newest = this.shown.findLast((toast) => toast.undo !== null);
    if (!newest?.undo) return false;
    this.close(newest.id);
    await newest.undo();
    return true;
  }
}

export const toasts = new Toasts();
