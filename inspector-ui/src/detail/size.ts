/* Sizes of bodies: exact while one can still read the number. */
import { bytes } from '../lib/format';
import { language, t } from '../lib/i18n.svelte';

const EXACT_MAX = 100_000;

export function size(n: number): string {
  return n < EXACT_MAX ? t('detail.bytes', { n }) : bytes(n, language());
}
