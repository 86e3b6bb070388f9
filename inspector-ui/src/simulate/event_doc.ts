/* An event as a document that is edited by fields and as text: read and written by dotted paths. */
import { dig } from '../detail/events/raw';

export type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** null: no JSON object */
export function parseEvent(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export const printEvent = (event: Json): string => JSON.stringify(event, null, 2);

export const readPath = (event: Json, path: string): unknown => dig(event, ...path.split('.'));

/** A copy in which `path` is `value`; undefined takes the member away. What is no object on the way becomes one. */
export function withPath(event: Json, path: string, value: unknown): Json {
  const [name = '', ...rest] = path.split('.');
  const own = Object.hasOwn(event, name) ? event[name] : undefined;
  if (rest.length > 0) {
    if (value === undefined && !isObject(own)) return event;
    return { ...event, [name]: withPath(isObject(own) ? own : {}, rest.join('.'), value) };
  }
  if (value !== undefined) return { ...event, [name]: value };
  return Object.fromEntries(Object.entries(event).filter(([key]) => key !== name));
}

/** Paths of the plain values and lists in which `event` is not as `sample`; a member that is gone has undefined. */
export function differences(event: Json, sample: Json, within = ''): [string, unknown][] {
  const names = [...new Set([...Object.keys(sample), ...Object.keys(event)])];
  return names.flatMap((name): [string, unknown][] => {
    const path = within === '' ? name : `${within}.${name}`;
    const [one, other] = [event[name], sample[name]];
    if (isObject(one) && (isObject(other) || other === undefined))
      return differences(one, other ?? {}, path);
    return JSON.stringify(one) === JSON.stringify(other) ? [] : [[path, one]];
  });
}
