/*
 * The simulation as a line for a POSIX shell. One event that differs from its sample by values alone is said by its type
 * and `--set`; anything else goes in as JSON.
 */
import type { EventType } from '../api/types';
import { differences, type Json, readPath } from './event_doc';
import { nameOf } from './event_type';
import type { Options } from './simulator.svelte';
import { placeOf } from './source';

export interface Simulated {
  name: string;
  value: Json;
  /** Of the file that was chosen. */
  file: string | null;
}

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** A word of a POSIX shell: as it is, or in single quotes. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** What a person would call its content is TEXT. */
const MAIN: Record<string, string> = {
  text: 'message.text',
  messageEdited: 'message.text',
  postback: 'postback.data',
};

/** Said by options of their own. */
const OWN = /^(source|mode)(\.|$)/;

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** What stands for a text stays one, whatever it looks like; other values are JSON. */
function written(type: EventType, path: string, value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const kind = type.fields.find((field) => field.path === path)?.kind;
  const isText =
    typeof readPath(type.sample as Json, path) === 'string' ||
    (kind !== undefined && ['text', 'long_text', 'id', 'choice'].includes(kind));
  return isText || !isJson(value) ? value : JSON.stringify(value);
}

/** null: it cannot be said so. */
function byValues({ name, value }: Simulated, types: readonly EventType[]): string[] | null {
  const type = types.find((one) => nameOf(one) === name);
  if (!type) return null;
  const changed = differences(value, type.sample as Json);
  const at = placeOf(value, []);
  const homeless = at.place !== 'user' && at.chat === '';
  if (homeless || changed.some((one) => one[1] === undefined)) return null;
  const main = changed.find(([path, text]) => path === MAIN[name] && typeof text === 'string');
  return [
    name,
    ...(main ? [String(main[1])] : []),
    ...(at.user === '' ? [] : ['--user', at.user]),
    ...(at.place === 'user' ? [] : [`--${at.place}`, at.chat]),
    ...(value.mode === 'standby' ? ['--standby'] : []),
    ...changed
      .filter((one) => one !== main && !OWN.test(one[0]))
      .flatMap(([path, one]) => ['--set', `${path}=${written(type, path, one)}`]),
  ];
}

const RATE_MAX = 1000;

function optionWords(options: Options, many: boolean): string[] {
  const every = Number(options.every);
  const rate = Math.min(Math.max(Math.round(1000 / every), 1), RATE_MAX);
  const words: [boolean, string[]][] = [
    [many && options.batch === 'each', ['--each']],
    [many && options.order !== 'listed', ['--reorder']],
    [options.way === 'relay', ['--through', 'relay']],
    [options.way === 'direct' && options.target !== '', ['--to', options.target]],
    [options.sign !== 'right', ['--sign', options.sign]],
    [options.times !== '1', ['--times', options.times]],
    [every > 0, ['--rate', String(rate)]],
    [options.drip > 0, ['--drip', `${options.drip}ms`]],
    [options.redeliver, ['--redeliver-after', `${options.after}s`]],
    [options.duplicate, ['--duplicate']],
  ];
  return words.filter(([is]) => is).flatMap(([, some]) => some);
}

export function triggerCommand(
  events: readonly Simulated[],
  options: Options,
  types: readonly EventType[],
): string {
  const [one] = events;
  const many = events.length > 1;
  const values = one && !many ? byValues(one, types) : null;
  const how = optionWords(options, many);
  const file = one && !many && one.file !== null ? ['--file', one.file] : [];
  const say = (...words: string[]): string => words.map(shellWord).join(' ');
  if (values) return say('hookline', 'trigger', ...values, ...file, ...how);
  const input = JSON.stringify(many ? events.map(({ value }) => value) : one?.value);
  const from = many ? '--batch' : '--event';
  return `${say('printf', '%s', input)} | ${say('hookline', 'trigger', from, '-', ...file, ...how)}`;
}
