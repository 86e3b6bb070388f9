/* The simulation as a line for a POSIX shell. */
import type { EventType } from '../api/types';
import { differences, type Json } from './event_doc';
import { nameOf } from './event_type';
import type { Options } from './simulator.svelte';
import { placeOf } from './source';

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** A word of a POSIX shell: as it is, or in single quotes. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** What a person would call its content: given as TEXT. */
const MAIN: Record<string, string> = { text: 'message.text', postback: 'postback.data' };

/** Given by options of their own. */
const OWN = /^(source|mode)(\.|$)/;

function setting(path: string, value: unknown): string[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return ['--set', `${path}=${text}`];
}

function eventWords(name: string, event: Json, types: readonly EventType[]): string[] {
  const type = types.find((one) => nameOf(one) === name);
  const changed = differences(event, (type?.sample ?? {}) as Json);
  const main = changed.find(([path, value]) => path === MAIN[name] && typeof value === 'string');
  const at = placeOf(event, []);
  return [
    name,
    ...(main ? [String(main[1])] : []),
    ...(at.user === '' ? [] : ['--user', at.user]),
    ...(at.place === 'user' ? [] : [`--${at.place}`, ...(at.chat === '' ? [] : [at.chat])]),
    ...(event.mode === 'standby' ? ['--standby'] : []),
    ...changed
      .filter((one) => one !== main && !OWN.test(one[0]))
      .flatMap(([path, value]) => setting(path, value)),
  ];
}

function optionWords(options: Options): string[] {
  const words: string[] = [];
  if (options.way === 'relay') words.push('--through', 'relay');
  if (options.sign === 'wrong') words.push('--bad-signature');
  if (options.times !== '1') words.push('--times', options.times);
  const every = Number(options.every);
  if (every > 0) words.push('--rate', String(Math.round((1000 / every) * 100) / 100));
  if (options.redeliver) words.push('--redeliver', `${options.after}s`);
  if (options.duplicate) words.push('--duplicate');
  if (options.order !== 'listed') words.push('--reorder');
  return words;
}

export function triggerCommand(
  events: readonly { name: string; value: Json }[],
  options: Options,
  types: readonly EventType[],
): string {
  return events
    .map(({ name, value }) =>
      ['hookline', 'trigger', ...eventWords(name, value, types), ...optionWords(options)]
        .map(shellWord)
        .join(' '),
    )
    .join('\n');
}
