/* Times are shown in this computer's zone with 24 hours, durations in the unit that reads best. */
import { formatNumber } from './plural';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KIB = 1024;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(
  language: string,
  name: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${language} ${name}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(language, options);
  formats.set(key, made);
  return made;
}

const two = (value: number) => String(value).padStart(2, '0');

/** 12:06:40 */
export function clock(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** 12:06:40.218 */
export function clockMs(at: number): string {
  return `${clock(at)}.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`;
}

/** 12:06 */
export function clockShort(at: number): string {
  return clock(at).slice(0, 5);
}

/** Midnight of the day of `at`, as its name for grouping. */
export function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

export function dayName(at: number, language: string): string {
  return format(language, 'day', {
    weekday: 'short',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
  }).format(at);
}

export function dateTime(at: number, language: string): string {
  return `${format(language, 'date', { year: 'numeric', month: 'short', day: 'numeric' }).format(at)} ${clock(at)}`;
}

function iso(at: number, zoneMinutes: number): string {
  return new Date(at + zoneMinutes * MINUTE).toISOString().replace('T', ' ').slice(0, 23);
}

/** For a tooltip: UTC, UTC+9 as LINE's error statistics, and epoch milliseconds. */
export function timeTip(at: number): string {
  return `${iso(at, 0)} UTC\n${iso(at, 540)} UTC+9\n${at}`;
}

function number(value: number, digits: number, language: string): string {
  return new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** 0.4 ms, 84 ms, 3.42 s, 41 s, 4 m, 2 h, 3 d */
export function duration(ms: number, language = 'en'): string {
  if (ms < 9.95 && ms > 0 && ms % 1 !== 0) return `${number(ms, 1, language)} ms`;
  if (Math.round(ms) < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 9.995 * SECOND) return `${number(ms / SECOND, 2, language)} s`;
  if (ms < MINUTE) return `${number(ms / SECOND, ms < 59.95 * SECOND ? 1 : 0, language)} s`;
  return span(ms);
}

/** A coarse duration: 4 s, 12 m, 2 h, 3 d */
export function span(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.round(ms / SECOND))} s`;
  if (ms < HOUR) return `${Math.round(ms / MINUTE)} m`;
  if (ms < 2 * DAY) return `${Math.round(ms / HOUR)} h`;
  return `${Math.round(ms / DAY)} d`;
}

/** A time to keep something, in words: 30 days, 12 hours */
export function days(ms: number, language: string): string {
  const [unit, value] = ms >= DAY ? (['day', ms / DAY] as const) : (['hour', ms / HOUR] as const);
  const options = { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, options).format(value);
}

const UNITS = ['KiB', 'MiB', 'GiB'];

export function bytes(size: number, language: string): string {
  if (size < KIB) return `${formatNumber(size, language)} B`;
  let value = size / KIB;
  let unit = 0;
  while (value >= KIB && unit < UNITS.length - 1) {
    value /= KIB;
    unit += 1;
  }
  return `${number(value, value < 10 ? 1 : 0, language)} ${UNITS[unit]}`;
}
