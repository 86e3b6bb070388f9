/* The header fields of a replay, as they are edited. */
import type { Message } from '../../api/types';

export interface HeaderField {
  key: number;
  name: string;
  value: string;
  /** the recorded value is a secret that only the agent has */
  secret: boolean;
}

/** Written anew when it is sent, whatever stands here. */
const FRAMING = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'te',
  'upgrade',
]);
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE_BAD = /[\u0000-\u0008\u000a-\u001f\u007f]/;

export function editable(headers: Message['headers']): HeaderField[] {
  return headers
    .filter(([name]) => !FRAMING.has((name ?? '').toLowerCase()) && !/^hookline-/i.test(name ?? ''))
    .map(([name, value], key) => ({
      key,
      name: name ?? '',
      value: value ?? '',
      secret: value === null,
    }));
}

export function isGood(field: HeaderField): boolean {
  return NAME.test(field.name) && !VALUE_BAD.test(field.value);
}

export function sameFields(a: readonly HeaderField[], b: readonly HeaderField[]): boolean {
  return (
    a.length === b.length &&
    a.every((x, i) => x.name === b[i]?.name && x.value === b[i]?.value && x.secret === b[i]?.secret)
  );
}

export function asSent(fields: readonly HeaderField[]): [string, string | null][] {
  return fields.map((f) => [f.name, f.secret ? null : f.value]);
}
