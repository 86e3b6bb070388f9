export const TIMES_MAX = 1000;
export const EVERY_MAX_MS = 60_000;

/** A whole number from least to most, and nothing else in the field. */
export function isWhole(text: string, least: number, most: number): boolean {
  if (!/^[0-9]{1,6}$/.test(text.trim())) return false;
  const number = Number(text);
  return number >= least && number <= most;
}
