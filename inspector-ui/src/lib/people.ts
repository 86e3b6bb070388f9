/*
 * «Hide people»: what the agent says goes through a veil before the page sees it, so nothing real can be on the screen,
 * whatever shows it. Ids become other ids of the same shape and back again on their way to the agent; names, texts,
 * pictures and places become stand-ins. What is downloaded or copied as a command is the agent's, and as it was.
 *
 * The page is loaded anew when the setting changes: then all that it knows is of one kind.
 */
import { settings } from './settings.svelte';

export interface Veil {
  cover(said: unknown): unknown;
  /** A body that was fetched by its own address. */
  coverBody(text: string): string;
  /** Ids in what goes to the agent: an address, a filter, JSON. */
  reveal(text: string): string;
}

let veil: Veil | null = null;

/** Before anything is asked. */
export async function hidePeopleIfWished(): Promise<void> {
  if (!settings.hidePeople) return;
  const { makeVeil } = await import('./people/veil');
  veil = makeVeil();
}

/** No picture of a person, and no content that people have sent, may be shown. */
export function peopleAreHidden(): boolean {
  return veil !== null;
}

export function covered<T>(said: T): T {
  return veil === null ? said : (veil.cover(said) as T);
}

export function coveredBody(text: string): string {
  return veil === null ? text : veil.coverBody(text);
}

export function revealed(text: string): string {
  return veil === null ? text : veil.reveal(text);
}
