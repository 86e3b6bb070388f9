/*
 * Which lines of a long log have nodes. Entries are counted from the newest: `skip` of them below the window have none,
 * `count` have. So ten thousand messages cost what two hundred cost.
 */
export interface LogWindow {
  skip: number;
  count: number;
}

export const STEP = 60;
export const MOST = 180;

export const atEnd = (): LogWindow => ({ skip: 0, count: STEP });

/** Further up; what has been left behind below goes. */
export function upwards(w: LogWindow, total: number): LogWindow {
  const top = Math.min(total, w.skip + w.count + STEP);
  const count = Math.min(MOST, top - w.skip);
  return { skip: top - count, count };
}

/** Further down; what has been left behind above goes. */
export function downwards(w: LogWindow): LogWindow {
  const skip = Math.max(0, w.skip - STEP);
  return { skip, count: Math.min(MOST, w.skip + w.count - skip) };
}

/** After `added` entries came at the end: who reads further up keeps what they read. */
export function grown(w: LogWindow, added: number, following: boolean): LogWindow {
  if (following && w.skip === 0) return { skip: 0, count: Math.min(MOST, w.count + added) };
  const skip = w.skip === 0 && w.count + added <= MOST ? 0 : w.skip + added;
  return { skip, count: skip === 0 ? w.count + added : w.count };
}

export function slice<T>(all: readonly T[], w: LogWindow): readonly T[] {
  const to = Math.max(0, all.length - w.skip);
  return all.slice(Math.max(0, to - w.count), to);
}
