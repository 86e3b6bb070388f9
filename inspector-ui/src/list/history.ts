/* Filters that were used before, newest first, in this browser. */
const ENTRY = 'hookline.filters';
const MOST = 20;

export function remember(known: readonly string[], q: string): string[] {
  const text = q.trim();
  return text === '' ? [...known] : [text, ...known.filter((one) => one !== text)].slice(0, MOST);
}

export function readHistory(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(ENTRY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function keepInHistory(q: string): void {
  try {
    localStorage.setItem(ENTRY, JSON.stringify(remember(readHistory(), q)));
  } catch {
    // Without storage there is no history, and nothing else is lost.
  }
}
