/* Reading an event as it was sent: anything may be missing, or be something else than expected. */

export function dig(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at: unknown = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string | number, unknown>)[part];
  }
  return at;
}

export function digText(value: unknown, ...path: readonly (string | number)[]): string {
  const found = dig(value, ...path);
  return typeof found === 'string' ? found : '';
}

export function digNumber(value: unknown, ...path: readonly (string | number)[]): number | null {
  const found = dig(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

export function digList(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = dig(value, ...path);
  return Array.isArray(found) ? found : [];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The event's own bytes out of the body; null if they are not all there. */
export function eventSource(body: string | null, span: readonly [number, number]): string | null {
  if (body === null) return null;
  const bytes = encoder.encode(body);
  const [from, to] = span;
  if (!(from >= 0 && from < to && to <= bytes.length)) return null;
  return decoder.decode(bytes.subarray(from, to));
}
