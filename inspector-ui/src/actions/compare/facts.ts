/* The table above a comparison: what came of each of the two. */
import type { Detail } from '../../api/types';
import { size } from '../../detail/measure';
import { duration } from '../../lib/format';
import { type Key, t, tCode } from '../../lib/i18n.svelte';

export interface Fact {
  key: Key;
  a: string;
  b: string;
  differs: boolean;
}

function bot(d: Detail, language: string): string {
  const took = d.timings.bot_done?.at ?? d.took_ms;
  if (d.bot_status === null) return t('compare.none');
  return took === null
    ? String(d.bot_status)
    : t('compare.in', { status: String(d.bot_status), time: duration(took, language) });
}

function line(d: Detail, language: string): string {
  const at = d.timings.line_answered?.at ?? d.line_ms;
  if (d.line_status === null || d.kind === 'replay') return t('compare.none');
  const status = `${d.line_status} ${tCode('by', d.answered_by)}`;
  return at === null ? status : t('compare.at', { status, time: duration(at, language) });
}

export function compareFacts(a: Detail, b: Detail, language: string): Fact[] {
  /** `of` is what is compared, `show` what is shown: times always differ a little. */
  const fact = (key: Key, of: (d: Detail) => unknown, show: (d: Detail) => string): Fact => ({
    key,
    a: show(a),
    b: show(b),
    differs: of(a) !== of(b),
  });
  const yes = (on: boolean): string => t(on ? 'compare.yes' : 'compare.no');
  const again = (d: Detail): boolean => d.events.some((e) => e.redelivery);
  return [
    fact(
      'compare.bot',
      (d) => d.bot_status,
      (d) => bot(d, language),
    ),
    fact(
      'compare.line',
      (d) => (d.kind === 'replay' ? null : d.line_status),
      (d) => line(d, language),
    ),
    fact(
      'compare.sig',
      (d) => d.verdict,
      (d) => tCode('compare.verdict', d.verdict),
    ),
    fact('compare.redelivery', again, (d) => yes(again(d))),
    fact(
      'compare.events',
      (d) => d.events_n,
      (d) => String(d.events_n),
    ),
    fact(
      'compare.size',
      (d) => d.body_size,
      (d) => size(d.body_size),
    ),
  ];
}
