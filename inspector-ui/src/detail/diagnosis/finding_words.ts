/* Which words, parameters and next steps belong to a finding's code. */
import type { Detail, Finding } from '../../api/types';
import type { Key } from '../../lib/i18n.svelte';
import type { IconName } from '../../lib/icons';
import type { Params } from '../../lib/plural';
import { exactly } from '../measure';

const NOTHING = '–';

function time(ms: unknown, language: string): string {
  return typeof ms === 'number' ? exactly(ms, language) : NOTHING;
}

export function findingParams(detail: Detail, finding: Finding | null, language: string): Params {
  const { bot_done, line_answered } = detail.timings;
  const told = Object.entries(finding?.params ?? {}).filter(
    (one): one is [string, string | number] =>
      typeof one[1] === 'string' || typeof one[1] === 'number',
  );
  return {
    t: time(bot_done?.at ?? detail.took_ms, language),
    line: time(line_answered?.at ?? detail.line_ms, language),
    line_status: String(detail.line_status ?? NOTHING),
    address: detail.handler ?? NOTHING,
    kept: time(detail.kept_ms, language),
    after: time(finding?.params.after_ms, language),
    label: detail.secret_label ?? NOTHING,
    n: detail.delivery.attempts,
    record: detail.line_record_without || 'request_timeout',
    ...Object.fromEntries(told),
    status: String(detail.bot_status ?? detail.line_status ?? NOTHING),
  };
}

/** Some findings read differently with who answered LINE. */
export function findingVariant(detail: Detail, code: string): string {
  if (code === 'bot_late' && detail.answered_by === 'guard') return 'bot_late_guard';
  if (code === 'bot_late' && detail.answered_by === 'now') return 'bot_late_now';
  return code;
}

/** The one way the signature fitted, if there is one: the words for it say more than the code. */
export function fittingTrial(detail: Detail): string | null {
  return detail.tried.find((one) => one.fits && one.code !== 'as_received')?.code ?? null;
}

export interface NextStep {
  key: Key;
  icon: IconName;
  go:
    | { kind: 'filter'; q: string }
    | { kind: 'tab'; tab: 'events' | 'request' | 'response' | 'line-api' | 'timeline' }
    | { kind: 'exchange'; id: string }
    | { kind: 'doctor' }
    | { kind: 'replay'; sign: 'again' | 'auto'; fresh: boolean }
    | { kind: 'pending'; decision: 'retry' | 'drop' };
}

const filterLate: NextStep = {
  key: 'finding.step.late',
  icon: 'search',
  go: { kind: 'filter', q: 'is:late' },
};
const signAgain: NextStep = {
  key: 'finding.step.sign_again',
  icon: 'replay',
  go: { kind: 'replay', sign: 'again', fresh: false },
};
const freshIds: NextStep = {
  key: 'finding.step.fresh',
  icon: 'replay',
  go: { kind: 'replay', sign: 'auto', fresh: true },
};
const response: NextStep = {
  key: 'finding.step.response',
  icon: 'text',
  go: { kind: 'tab', tab: 'response' },
};
const request: NextStep = {
  key: 'finding.step.request',
  icon: 'text',
  go: { kind: 'tab', tab: 'request' },
};
const calls: NextStep = {
  key: 'finding.step.calls',
  icon: 'send',
  go: { kind: 'tab', tab: 'line-api' },
};
const doctor: NextStep = { key: 'finding.step.doctor', icon: 'doctor', go: { kind: 'doctor' } };
const again: NextStep = {
  key: 'finding.step.replay',
  icon: 'replay',
  go: { kind: 'replay', sign: 'auto', fresh: false },
};

const STEPS: Record<string, readonly NextStep[]> = {
  bot_late: [filterLate],
  bot_late_strict: [filterLate],
  bot_error: [response, again],
  bot_redirect: [response],
  bot_unreachable: [doctor],
  token_expired: [freshIds],
  token_used: [calls],
  token_unknown: [calls],
  api_refused: [calls],
  api_rate: [calls],
  kept_long: [freshIds],
  body_not_json: [request],
  charset: [request],
};

function pending(detail: Detail): NextStep[] {
  if (detail.state !== 'retrying' && detail.state !== 'set_aside') return [];
  return [
    { key: 'action.retry', icon: 'replay', go: { kind: 'pending', decision: 'retry' } },
    { key: 'action.drop', icon: 'trash', go: { kind: 'pending', decision: 'drop' } },
  ];
}

export function nextSteps(detail: Detail, code: string): NextStep[] {
  if (code.startsWith('sig_') && code !== 'sig_previous_secret') return [signAgain];
  const own = [...(STEPS[code] ?? [])];
  if (code === 'set_aside' || code === 'bot_unreachable') return [...pending(detail), ...own];
  if (code === 'event_duplicate' && detail.duplicate_of !== null)
    return [
      {
        key: 'finding.step.first',
        icon: 'duplicate',
        go: { kind: 'exchange', id: detail.duplicate_of },
      },
    ];
  return own;
}

const ICONS: Record<Finding['severity'], IconName> = { bad: 'bad', warn: 'warn', info: 'info' };

export function findingIcon(finding: Finding): IconName {
  return finding.severity === 'bad' && finding.code.startsWith('sig_')
    ? 'shieldBad'
    : ICONS[finding.severity];
}

/** Does LINE's side of it belong into this finding? */
export function showsRecord(detail: Detail, finding: Finding): boolean {
  const about = [
    'bot_late',
    'bot_late_strict',
    'bot_unreachable',
    'bot_error',
    'set_aside',
    'kept_long',
  ];
  return about.includes(finding.code) && !!detail.line_record;
}
