/*
 * The last simulations of this page and what came of them: the run says how far it is, its exchanges what the bot
 * answered, and their details what it said to LINE's API. News of a run may come before the answer that names it.
 */
import { api, Problem } from '../api/client';
import { feed } from '../api/stream.svelte';
import type { Detail, Row, Run, Simulation } from '../api/types';

const RUNS_MAX = 8;
const ROWS_MAX = 20;
const DETAILS_MAX = 3;
const EARLY_MAX = 20;
const SOON_MS = 80;

export class Outcome {
  readonly title: string;
  /** The bot should refuse it. */
  readonly isWrong: boolean;
  run = $state.raw<Run>() as Run;
  rows = $state.raw<readonly Row[]>([]);
  details = $state.raw<readonly Detail[]>([]);

  constructor(run: Run, title: string, asked: Simulation) {
    this.run = run;
    this.title = title;
    this.isWrong = asked.sign === 'wrong' || asked.sign === 'missing';
  }

  /** A 2xx for a signature that does not fit. */
  accepted: Row | null = $derived.by(() => {
    if (!this.isWrong) return null;
    const taken = (status: number | null) => status !== null && status >= 200 && status < 300;
    return this.rows.find((row) => taken(row.bot_status)) ?? null;
  });

  get ids(): readonly string[] {
    return this.run.ids.slice(-ROWS_MAX);
  }
}

class Outcomes {
  all = $state.raw<readonly Outcome[]>([]);
  #early = new Map<string, Run>();
  #asking: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    feed.on('run', (run) => this.#news(run));
    feed.on('row', (row) => this.#changed(row.id));
    feed.on('call', ({ exchange }) => exchange !== null && this.#changed(exchange));
    feed.on('rejoined', () => this.#soon());
    feed.on('reset', () => this.#soon());
  }

  watch(run: Run, title: string, asked: Simulation): void {
    const outcome = new Outcome(this.#early.get(run.run) ?? run, title, asked);
    this.#early.delete(run.run);
    this.all = [outcome, ...this.all].slice(0, RUNS_MAX);
    this.#soon();
  }

  #news(run: Run): void {
    const outcome = this.all.find((one) => one.run.run === run.run);
    if (outcome) {
      outcome.run = run;
      this.#soon();
      return;
    }
    this.#early.set(run.run, run);
    const oldest = this.#early.keys().next().value;
    if (this.#early.size > EARLY_MAX && oldest !== undefined) this.#early.delete(oldest);
  }

  #changed(id: string): void {
    if (this.all[0]?.ids.includes(id)) this.#soon();
  }

  /** Several news at once are one question. */
  #soon(): void {
    if (this.all.length === 0) return;
    this.#asking ??= setTimeout(() => {
      this.#asking = undefined;
      void this.#read();
    }, SOON_MS);
  }

  /** Only of the newest: the others are over. */
  async #read(): Promise<void> {
    const newest = this.all[0];
    if (!newest || newest.ids.length === 0) return;
    try {
      const q = `id:${newest.ids.join(',')}`;
      const query = { q, limit: ROWS_MAX, total: false };
      const { items } = await api.get('/api/exchanges', { query });
      newest.rows = items;
      const talking = items.filter((row) => row.calls.n > 0).slice(0, DETAILS_MAX);
      newest.details = await Promise.all(
        talking.map(({ id }) => api.get('/api/exchanges/{id}', { path: { id } })),
      );
    } catch (error) {
      // What was deleted meanwhile is not shown.
      if (!(error instanceof Problem)) throw error;
    }
  }
}

export const outcomes = new Outcomes();
