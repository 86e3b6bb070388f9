/** Where things stand on the waterfall. All times are milliseconds since the relay's last byte. */

export const GUARD_MS = 1500;
export const LINE_LIMIT_MS = 2000;
const FULL_MS = 2500;
const ZOOM_BELOW_MS = 400;

export interface Tick {
  /** 0 to 100 */
  at: number;
  text: string;
}

export interface Scale {
  end: number;
  ticks: Tick[];
  /** equal parts that the lanes are divided into */
  parts: number;
}

const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000,
  300_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000,
  604_800_000, 2_592_000_000,
];

/** length, name, and from which end on */
const UNITS: [number, string, number][] = [
  [86_400_000, 'd', 172_800_000],
  [3_600_000, 'h', 7_200_000],
  [60_000, 'min', 120_000],
  [1000, 's', 1000],
];

function step(end: number): number {
  return STEPS.find((s) => end / s <= 8) ?? Math.ceil(end / 8);
}

function ticks(end: number, by: number): Tick[] {
  const [size, name] = UNITS.find(([, , from]) => end >= from) ?? [1, 'ms'];
  const count = Math.round(end / by);
  return Array.from({ length: count + 1 }, (_, i) => {
    const number = String(Math.round((i * by * 100) / size) / 100);
    return { at: (i / count) * 100, text: i === count ? `${number} ${name}` : number };
  });
}

function upTo(end: number, by: number): Scale {
  const whole = Math.max(1, Math.ceil(end / by - 1e-9)) * by;
  return { end: whole, ticks: ticks(whole, by), parts: Math.round(whole / by) };
}

/** To 2.5 s, or to the end. */
export function fullScale(end: number): Scale {
  return end <= FULL_MS ? upTo(FULL_MS, 500) : upTo(end, end <= 4000 ? 500 : step(end));
}

/** The beginning alone, if everything is over soon; else null. */
export function zoomScale(end: number): Scale | null {
  if (end >= ZOOM_BELOW_MS) return null;
  const wide = Math.max(end * 1.08, 1);
  return upTo(wide, step(wide));
}

/** 0 to 100 */
export function place(scale: Scale, ms: number): number {
  return Math.min(Math.max((ms / scale.end) * 100, 0), 100);
}
