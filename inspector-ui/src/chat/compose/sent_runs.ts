/*
 * What becomes of what was sent from here: the stream tells of a run, sometimes before the call that began it is
 * answered. Runs of others are left alone.
 */
import type { Run } from '../../api/types';

const KEPT = 30;

interface Hears {
  failed: (run: Run) => void;
  /** The exchanges of a run that carried a file. */
  carried: (exchanges: readonly string[], file: Blob) => void;
}

function trim(map: Map<string, unknown>): void {
  const oldest = map.keys().next().value;
  if (map.size > KEPT && oldest !== undefined) map.delete(oldest);
}

export class SentRuns {
  #hears: Hears;
  #mine = new Map<string, Blob | null>();
  #early = new Map<string, Run>();

  constructor(hears: Hears) {
    this.#hears = hears;
  }

  watch(run: Run, file: Blob | null): void {
    this.#mine.set(run.run, file);
    trim(this.#mine);
    const early = this.#early.get(run.run) ?? run;
    this.#early.delete(run.run);
    this.news(early);
  }

  news(run: Run): void {
    const file = this.#mine.get(run.run);
    if (file === undefined) {
      this.#early.set(run.run, run);
      trim(this.#early);
      return;
    }
    if (file !== null && run.ids.length > 0) this.#hears.carried(run.ids, file);
    if (!run.over) return;
    this.#mine.delete(run.run);
    if (run.failed > 0) this.#hears.failed(run);
  }
}
