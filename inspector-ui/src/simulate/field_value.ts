/* Between a field of the form and the value in the event. */
import type { EventType } from '../api/types';

type Kind = EventType['fields'][number]['kind'];

export function fieldText(kind: Kind, value: unknown): string {
  if (value === undefined) return '';
  if (kind === 'json') return JSON.stringify(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export type Read = { good: true; value: unknown } | { good: false };

/** An empty field takes the member away, except a text that no event lacks. */
export function fieldValue(kind: Kind, text: string, required: boolean): Read {
  if (kind === 'text' || kind === 'long_text' || kind === 'id')
    return { good: true, value: text === '' && !required ? undefined : text };
  if (text.trim() === '') return { good: true, value: undefined };
  if (kind === 'number') {
    const number = Number(text);
    return Number.isFinite(number) ? { good: true, value: number } : { good: false };
  }
  try {
    return { good: true, value: JSON.parse(text) as unknown };
  } catch {
    return { good: false };
  }
}
