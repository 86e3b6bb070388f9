/* Replays that this page has asked for: each run says once what came of it, with the way to the newest of its exchanges. */
import { feed } from '../../api/stream.svelte';
import type { Run } from '../../api/types';
import { t } from '../../lib/i18n.svelte';
import { router } from '../../lib/router.svelte';
import { toasts } from '../../lib/toasts.svelte';

/** A run that is over sooner needs only one toast. */
const SOON_MS = 1500;

export function runWords(run: Run): string {
  if (!run.over) return t('action.run.going', { sent: run.sent, times: run.times });
  if (run.times === 1) return t(run.failed > 0 ? 'action.run.one_failed' : 'action.run.one_done');
  return t(run.failed > 0 ? 'action.run.some_failed' : 'action.run.all_done', {
    done: run.done,
    failed: run.failed,
    times: run.times,
  });
}

/** News of runs that nobody here has asked for, or whose answer is still under way to this page. */
const EARLY_MAX = 20;

class Runs {
  #early = new Map<string, Run>();
  #mine = new Map<string, { last: Run; said: boolean }>();

  constructor() {
    feed.on('run', (run) => this.#news(run));
  }

  watch(run: Run): void {
    const known = this.#mine.get(run.run);
    if (!known) this.#mine.set(run.run, { last: run, said: false });
    const early = this.#early.get(run.run) ?? run;
    this.#early.delete(run.run);
    this.#news(early);
    if (early.over) return;
    setTimeout(() => {
      const still = this.#mine.get(run.run);
      if (!still || still.said) return;
      still.said = true;
      this.#say(still.last);
    }, SOON_MS);
  }

  #news(run: Run): void {
    const mine = this.#mine.get(run.run);
    if (!mine) {
      this.#early.set(run.run, run);
      const oldest = this.#early.keys().next().value;
      if (this.#early.size > EARLY_MAX && oldest !== undefined) this.#early.delete(oldest);
      return;
    }
    mine.last = run;
    if (!run.over) return;
    this.#mine.delete(run.run);
    this.#say(run);
  }

  #say(run: Run): void {
    const id = run.ids.at(-1);
    const open = id === undefined ? null : () => router.go({ room: 'exchange', id, tab: 'events' });
    toasts.sayAct(runWords(run), open, run.failed > 0 ? 'warn' : 'replay');
  }
}

export const runs = new Runs();
