/* What a check found, in words: the agent says codes and parameters. */
import type { Check } from '../api/types';
import { hasText, t, tCode } from '../lib/i18n.svelte';
import type { Params } from '../lib/plural';

/** Numbers that are names: no separators in them. */
const NAMES = new Set(['port', 'other_port', 'status']);

export function paramsOf(check: Check): Params {
  const given = Object.entries(check.params).filter(([, value]) => value !== null);
  const word = (name: string, value: unknown) => {
    if (name === 'check') return tCode('doctor.check', String(value));
    return NAMES.has(name) ? String(value) : (value as string | number);
  };
  return Object.fromEntries(given.map(([name, value]) => [name, word(name, value)]));
}

export function checkTitle(check: Check): string {
  return tCode('doctor.check', check.id, paramsOf(check));
}

export function checkSays(check: Check): string {
  if (check.state === 'running') return t('doctor.running');
  return check.code ? tCode('doctor.said', check.code, paramsOf(check)) : '';
}

/** Why it matters, for those that need more than a line. */
export function checkWhy(check: Check): string | null {
  const key = `doctor.why.${check.code}`;
  return hasText(key) ? t(key, paramsOf(check)) : null;
}

export function fixWords(check: Check): string | null {
  if (check.fix?.kind !== 'text') return null;
  return tCode('doctor.fix', check.fix.value, paramsOf(check));
}

/** For a bug report: every line of the screen. */
export function report(checks: readonly Check[]): string {
  const signs = { pass: '+', warn: '!', fail: 'x', skipped: '-', running: '?' };
  const lines = checks.flatMap((check) => [
    `${signs[check.state]} ${checkTitle(check)}: ${checkSays(check)}`,
    ...(check.evidence.text ? [`    ${check.evidence.text}`] : []),
    ...(check.fix ? [`    > ${fixWords(check) ?? check.fix.value}`] : []),
  ]);
  return `${lines.join('\n')}\n`;
}
