/* Which row has the cursor, and which are checked. All that match can be checked at once, also those not loaded. */

import type { Target } from '../actions/actions';
import type { Row } from '../api/types';
import { indexOf } from './window';

class Selection {
  cursor = $state<string | null>(null);
  checked = $state.raw<ReadonlySet<string>>(new Set());
  /** All that match the filter, whatever is loaded. */
  all = $state(false);
  /** Whether to delete all that match is being asked. */
  asking = $state(false);
  #anchor: string | null = null;

  get any(): boolean {
    return this.all || this.checked.size > 0;
  }

  has(id: string): boolean {
    return this.all || this.checked.has(id);
  }

  toggle(id: string, rows: readonly Row[]): void {
    const next = this.#explicit(rows);
    if (!next.delete(id)) next.add(id);
    this.checked = next;
    this.#anchor = id;
  }

  /** From the last one that was toggled to this one. */
  range(id: string, rows: readonly Row[]): void {
    if (this.#anchor === null) {
      this.toggle(id, rows);
      return;
    }
    const ends = [indexOf(rows, this.#anchor), indexOf(rows, id)].sort((a, b) => a - b);
    const next = this.#explicit(rows);
    for (const row of rows.slice(ends[0], (ends[1] ?? 0) + 1)) next.add(row.id);
    this.checked = next;
  }

  #explicit(rows: readonly Row[]): Set<string> {
    const now = this.all ? new Set(rows.map((row) => row.id)) : new Set(this.checked);
    this.all = false;
    return now;
  }

  takeAll(): void {
    this.all = true;
    this.checked = new Set();
  }

  clear(): void {
    this.all = false;
    this.checked = new Set();
    this.#anchor = null;
  }

  forget(ids: Iterable<string>): void {
    const next = new Set(this.checked);
    for (const id of ids) next.delete(id);
    if (next.size !== this.checked.size) this.checked = next;
  }

  target(q: string): Target {
    return this.all ? { q } : { ids: this.inOrder() };
  }

  /** Oldest first: the order in which LINE sent them. */
  inOrder(): string[] {
    return [...this.checked].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  }
}

export const selection = new Selection();
