/* The veil itself: walks through what the agent says and covers what is somebody's. */
import type { Veil } from '../people';
import { OtherIds } from './other_id';
import { jsonShape, nameFor, shapeOf } from './stand_in';

const ENTRY = 'hookline.veil';

/** Names of people in the agent's own words. */
const NAMES = new Set(['name', 'user_name']);
/** What people say, and what is said to them: of the agent, and of LINE's own JSON. */
const TEXTS = new Set([
  'text',
  'note_text',
  'altText',
  'displayText',
  'displayName',
  'statusMessage',
  'groupName',
  'title',
  'address',
  'fileName',
  'fillInText',
]);
const PICTURES = new Set(['picture_url', 'pictureUrl', 'iconUrl']);
const PLACES = new Set(['latitude', 'longitude']);
/** Whole bodies, or parts of them. */
const BODIES = new Set(['before', 'after']);
/** The page's own words in the agent's mouth: only their ids are somebody's. */
const OWN = new Set(['parts', 'sample', 'tunnel', 'checks', 'secrets', 'handler']);
/** Copied, not shown; or no text at all. */
const LEFT = new Set(['command', 'token', 'href', 'sha256']);

const says = (name: string): 'text' | 'place' | '' =>
  PLACES.has(name) ? 'place' : TEXTS.has(name) || PICTURES.has(name) ? 'text' : '';

class Cover implements Veil {
  readonly #ids: OtherIds;

  constructor(keys: readonly number[]) {
    this.#ids = new OtherIds(keys);
  }

  cover(said: unknown): unknown {
    return this.#walk(said, '', true);
  }

  coverBody(text: string): string {
    return this.#ids.cover(jsonShape(text, says));
  }

  reveal(text: string): string {
    return this.#ids.reveal(text);
  }

  #walk(value: unknown, name: string, hides: boolean): unknown {
    if (typeof value === 'string') return this.#text(value, name, hides);
    if (typeof value === 'number') return hides && PLACES.has(name) ? Math.trunc(value) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((one) => this.#walk(one, name, hides));
    if ('charset' in value && 'recorded_whole' in value) return this.#body(value);
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        key,
        this.#walk(one, key, hides && !OWN.has(key)),
      ]),
    );
  }

  #text(text: string, name: string, hides: boolean): string | null {
    if (LEFT.has(name)) return text;
    if (!hides) return this.#ids.cover(text);
    if (NAMES.has(name)) return nameFor(text);
    if (PICTURES.has(name)) return null;
    if (BODIES.has(name)) return this.coverBody(text);
    return TEXTS.has(name) ? shapeOf(text) : this.#ids.cover(text);
  }

  #body(body: object): object {
    const { text, base64 } = body as { text: string | null; base64?: string | null };
    return {
      ...body,
      text: text === null ? null : this.coverBody(text),
      base64: base64 ? base64.replace(/[^=]/g, 'A') : base64,
    };
  }
}

/** Of this browser, so that a picture of today and one of tomorrow show the same ids. */
function keysOfBrowser(): readonly number[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(ENTRY) ?? 'null');
    if (Array.isArray(kept) && kept.length === 4 && kept.every(Number.isInteger)) return kept;
  } catch {
    // A new one is made.
  }
  const made = [...crypto.getRandomValues(new Uint32Array(4))];
  try {
    localStorage.setItem(ENTRY, JSON.stringify(made));
  } catch {
    // It lasts until the page is closed.
  }
  return made;
}

export function makeVeil(keys: readonly number[] = keysOfBrowser()): Veil {
  return new Cover(keys);
}
