/* One examination: begun by a POST, told check by check on the stream. */
import { api } from '../api/client';
import { feed } from '../api/stream.svelte';
import type { Check, Examination } from '../api/types';
import { problemText } from '../lib/problems';

export const GROUPS = ['relay', 'link', 'channel', 'bot'] as const;
export type Group = (typeof GROUPS)[number];

/** A result in its place: those of an older run are no news. */
export function withCheck(known: Examination, check: Check): Examination {
  if (check.run !== known.run) return known;
  const at = known.checks.findIndex((one) => one.id === check.id);
  const checks =
    at < 0
      ? [...known.checks, check]
      : known.checks.map((one, index) => (index === at ? check : one));
  const running = checks.some((one) => one.state === 'running');
  return { ...known, checks, state: running ? 'running' : known.state };
}

export interface Tally {
  passed: number;
  warnings: number;
  failed: number;
  skipped: number;
  running: number;
}

export function tally(checks: readonly Check[]): Tally {
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
  return {
    passed: count('pass'),
    warnings: count('warn'),
    failed: count('fail'),
    skipped: count('skipped'),
    running: count('running'),
  };
}

/** The one thing to do: the first that failed, else the first warning. What comes behind it may be its fault. */
export function worst(checks: readonly Check[]): Check | null {
  const first = (state: Check['state']) => checks.find((check) => check.state === state);
  return first('fail') ?? first('warn') ?? null;
}

class Doctor {
  known = $state.raw<Examination | null>(null);
  error = $state<string | null>(null);

  start(): () => void {
    const stops = [
      feed.on('check', (check) => this.#hear(check)),
      feed.on('reset', () => void this.#read()),
      feed.on('rejoined', () => void this.#read()),
    ];
    void this.again();
    return () => {
      for (const stop of stops) stop();
    };
  }

  async again(): Promise<void> {
    try {
      this.known = await api.post('/api/doctor', {});
      this.error = null;
      // Checks that were told before this answer was read.
      await this.#read();
    } catch (error) {
      this.error = problemText(error);
    }
  }

  async #read(): Promise<void> {
    try {
      this.known = await api.get('/api/doctor');
    } catch (error) {
      this.error = problemText(error);
    }
  }

  #hear(check: Check): void {
    if (!this.known) return;
    this.known = withCheck(this.known, check);
    const over = !this.known.checks.some((one) => one.state === 'running');
    if (over && check.state !== 'running') void this.#read();
  }
}

export const doctor = new Doctor();
