/* The chips of a row, for what is special about it. Codes only; the words come with t(). */
import type { Detail, Row } from '../api/types';
import { callTally } from '../detail/calls/call_words';
import type { IconName } from '../lib/icons';

export interface Badge {
  /** Code of its words. */
  code: string;
  icon: IconName | null;
  tone: '' | 'warn' | 'info' | 'made' | 'bad';
  /** The exchange it leads to. */
  to: string | null;
  n: number;
}

const badge = (
  code: string,
  icon: IconName | null,
  tone: Badge['tone'] = '',
  more: Partial<Badge> = {},
): Badge => ({ code, icon, tone, to: null, n: 0, ...more });

function callBadge(row: Row | Detail): Badge | null {
  const { n, worst } = callTally(row);
  if (n === 0) return null;
  const good = worst === null || worst === 'good';
  return badge(good ? 'calls' : 'calls_refused', 'send', good ? '' : 'bad', { n });
}

/** Where it comes from. */
function origin(row: Row | Detail): Badge | null {
  if (row.kind === 'replay') return badge('replay', 'replay', 'made', { to: row.parent });
  if (row.kind === 'simulated') return badge('simulated', 'flask', 'made');
  return row.kind === 'imported' ? badge('imported', 'imported') : null;
}

export function badges(row: Row | Detail): Badge[] {
  const has = (flag: Row['flags'][number]) => row.flags.includes(flag);
  const kept = row.kept_ms ?? 0;
  const again = has('duplicate') || row.duplicate_of !== null;
  const all = [
    row.events_n > 1 && badge('multi', null, '', { n: row.events_n }),
    has('redelivery') && badge('redelivery', 'redelivery', 'info'),
    again && badge('duplicate', 'duplicate', 'warn', { to: row.duplicate_of }),
    origin(row),
    callBadge(row),
    kept > 0 && badge('kept', 'kept', '', { n: kept }),
    has('withdrawn') && badge('withdrawn', 'undo'),
    has('truncated') && badge('truncated', 'warn', 'warn'),
    row.note && badge('note', 'note'),
    row.pinned && badge('pinned', 'pin'),
  ];
  return all.filter((one) => one !== null && one !== false);
}
