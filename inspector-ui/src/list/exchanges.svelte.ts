/*
 * The list's rows as the agent knows them: read by pages, then kept up to date by the stream.
 *
 * 1. apply(q) reads the first page. A filter that the agent refuses leaves the list as it is.
 * 2. The stream of q brings rows; they are put in together.
 * 3. While the list is paused, or scrolled away from its top, new rows wait and are only counted.
 * 4. `more` and `reset` mean that rows are missing: the list is read again, or waits to be when the user is elsewhere in it.
 */
import { api, Problem } from '../api/client';
import { feed } from '../api/stream.svelte';
import type { FilterError, Gap, Row } from '../api/types';
import { gapKey, orderGaps } from './layout';
import {
  compareIds,
  EMPTY,
  find,
  fromPage,
  PAGE,
  type Window,
  withNewer,
  withOlder,
  without,
  withRows,
} from './window';

const MOST_GAPS = 200;
const REREAD_MS = 500;
const FLASH_MS = 1300;
/** Where more come at once, none is worth a flash. */
const MOST_FLASHES = 8;
const BATCH_MS = 100;

export type Phase = 'loading' | 'ready' | 'failed';

class ExchangeList {
  phase = $state<Phase>('loading');
  /** The filter that the rows match. */
  q = $state('');
  window = $state.raw<Window>(EMPTY);
  gaps = $state.raw<readonly Gap[]>([]);
  problem = $state.raw<Problem | null>(null);
  filterError = $state.raw<FilterError | null>(null);
  /** A filter is being tried. */
  busy = $state(false);
  /** New ones that are not shown yet. */
  waiting = $state(0);
  paused = $state(false);
  /** Rows that have just come, for a short flash. */
  fresh = $state.raw<ReadonlySet<string>>(new Set());

  #atTop = true;
  #asked = 0;
  /** The filter that was asked for last: what is read again is this, though its first answer may not be here. */
  #wanted = '';
  #held = new Map<string, Row>();
  /** Told while a page is being read: newer than what the page will say. */
  #meanwhile = new Map<string, Row>();
  #queue: (() => void)[] = [];
  #drawnAt = Number.NEGATIVE_INFINITY;
  #reading = false;
  #stale = false;
  #reread: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    feed.on('row', (row) => this.#later(() => this.#take(row)));
    feed.on('gone', ({ ids }) => this.#later(() => this.#remove(ids)));
    feed.on('mark', (gap) => this.#later(() => this.#addGaps([gap])));
    feed.on('more', ({ n }) => this.#later(() => this.#missed(n)));
    feed.on('reset', () => this.#later(() => this.#missed(0)));
    feed.on('rejoined', () => this.#later(() => this.#missed(0))); // gaps may be missing
  }

  get live(): boolean {
    return !this.paused && this.#atTop;
  }

  find(id: string): Row | undefined {
    return find(this.window, id) ?? this.#held.get(id);
  }

  /** Shows what matches; `again` also if the filter is the same. */
  async apply(q: string, again = false): Promise<void> {
    if (!again && q === this.q && this.phase === 'ready' && !this.busy) {
      this.filterError = null;
      return;
    }
    const asked = ++this.#asked;
    this.#wanted = q;
    this.busy = true;
    this.#meanwhile.clear();
    try {
      const page = await api.get('/api/exchanges', { query: { q, limit: PAGE } });
      if (asked !== this.#asked) return;
      const other = q !== this.q;
      this.q = q;
      if (!again) this.filterError = null;
      if (other) this.gaps = [];
      this.#show(page);
      if (!other) this.window = withRows(this.window, this.#meanwhile.values());
      feed.follow(q);
    } catch (error) {
      if (asked === this.#asked) this.#fail(error);
    } finally {
      if (asked === this.#asked) this.busy = false;
    }
  }

  #show(page: { items: Row[]; marks: Gap[]; next: string | null; total: number | null }): void {
    this.window = fromPage(page.items, page.next, page.total);
    this.#addGaps(page.marks);
    this.#held.clear();
    this.waiting = 0;
    this.#stale = false;
    this.problem = null;
    this.phase = 'ready';
  }

  #fail(error: unknown): void {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'bad_filter' && error.filter) {
      this.filterError = error.filter;
      this.#wanted = this.q;
      // With a bad filter in the address of a new page there is no last good list.
      if (this.phase === 'loading') void this.apply('', true);
      return;
    }
    if (error.code === 'gone' || error.status === 401) return;
    this.problem = error;
    if (this.phase !== 'ready') this.phase = 'failed';
  }

  async loadOlder(): Promise<void> {
    const before = this.window.rows.at(-1)?.id;
    if (!this.window.more || before === undefined) return;
    await this.#loadPage(async () => {
      const page = await api.get('/api/exchanges', {
        query: { q: this.q, before, limit: PAGE, total: false },
      });
      return () => {
        this.window = withOlder(this.window, page.items, page.next);
        this.#addGaps(page.marks);
      };
    });
  }

  async loadNewer(): Promise<void> {
    const after = this.window.rows[0]?.id;
    if (this.window.above === 0 || after === undefined) return;
    await this.#loadPage(async () => {
      const page = await api.get('/api/exchanges', {
        query: { q: this.q, after, limit: PAGE, total: false },
      });
      return () => {
        this.window = withNewer(this.window, page.items, page.next);
        this.#addGaps(page.marks);
      };
    });
  }

  async #loadPage(read: () => Promise<() => void>): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    const asked = this.#asked;
    try {
      const put = await read();
      if (asked === this.#asked) put();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    } finally {
      this.#reading = false;
    }
  }

  /** Where the user is in the list; back at the top, what waited comes in. */
  scrolled(atTop: boolean): void {
    this.#atTop = atTop;
    if (atTop && !this.paused) this.flush();
  }

  pause(paused: boolean): void {
    this.paused = paused;
    if (this.live) this.flush();
  }

  /** Shows what waits. */
  flush(): void {
    if (this.#stale || this.window.above > 0) {
      void this.apply(this.#wanted, true);
      return;
    }
    if (this.#held.size === 0) return;
    this.window = withRows(this.window, this.#held.values());
    this.#flash([...this.#held.keys()]);
    this.#held.clear();
    this.waiting = 0;
  }

  /** The first change shows in the next frame; in a storm there are ten pictures in a second, and time between them. */
  #later(change: () => void): void {
    this.#queue.push(change);
    if (this.#queue.length > 1) return;
    const wait = this.#drawnAt + BATCH_MS - performance.now();
    if (wait > 0) setTimeout(() => requestAnimationFrame(() => this.#draw()), wait);
    else requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    const queue = this.#queue;
    this.#queue = [];
    this.#drawnAt = performance.now();
    for (const one of queue) one();
    if (this.live) this.flush();
  }

  #take(row: Row): void {
    if (this.busy) this.#meanwhile.set(row.id, row);
    const first = this.window.rows[0];
    if (first === undefined || compareIds(row.id, first.id) > 0) {
      this.#held.set(row.id, row);
      this.waiting = Math.max(this.waiting, this.#held.size);
    } else {
      this.window = withRows(this.window, [row]);
    }
  }

  #remove(ids: readonly string[]): void {
    for (const id of ids) {
      this.#held.delete(id);
      this.#meanwhile.delete(id);
    }
    this.window = without(this.window, new Set(ids));
    if (!this.#stale) this.waiting = this.#held.size;
  }

  #missed(n: number): void {
    this.waiting += n;
    if (this.phase === 'loading') return;
    if (!this.live) {
      this.#stale = true;
      return;
    }
    this.#reread ??= setTimeout(
      () => {
        this.#reread = undefined;
        void this.apply(this.#wanted, true);
      },
      n > 0 ? REREAD_MS : 0,
    );
  }

  #addGaps(gaps: readonly Gap[]): void {
    if (gaps.length === 0) return;
    const all = new Map(this.gaps.map((gap) => [gapKey(gap), gap]));
    for (const gap of gaps) all.set(gapKey(gap), gap);
    this.gaps = orderGaps(all.values()).slice(0, MOST_GAPS);
  }

  #flash(ids: readonly string[]): void {
    if (this.fresh.size + ids.length > MOST_FLASHES) return;
    this.fresh = new Set([...this.fresh, ...ids]);
    setTimeout(() => {
      const rest = new Set(this.fresh);
      for (const id of ids) rest.delete(id);
      this.fresh = rest;
    }, FLASH_MS);
  }
}

export const exchanges = new ExchangeList();
