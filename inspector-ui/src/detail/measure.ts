/* Sizes and durations where the exact number matters. */
import { bytes, duration } from '../lib/format';
import { language, t } from '../lib/i18n.svelte';

const EXACT_MAX = 100_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export function size(n: number): string {
  return n < EXACT_MAX ? t('detail.bytes', { n }) : bytes(n, language());
}

/** 84 ms, 3.42 s, 4 min 12 s; from an hour on as everywhere */
export function exactly(ms: number, language: string): string {
  if (ms < MINUTE || ms >= HOUR) return duration(ms, language);
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
