/* Simulations that were saved under a name, in this browser. */
import { peopleAreHidden } from '../lib/people';
import type { KeptDraft } from './draft.svelte';
import type { Options } from './simulator.svelte';

const ENTRY = 'hookline.simulations';
const MOST = 50;

export interface Template {
  name: string;
  drafts: KeptDraft[];
  options: Partial<Options>;
}

const isTemplate = (one: unknown): one is Template =>
  typeof one === 'object' &&
  one !== null &&
  'name' in one &&
  typeof one.name === 'string' &&
  'drafts' in one &&
  Array.isArray(one.drafts) &&
  one.drafts.every((draft) => typeof draft?.name === 'string' && typeof draft?.doc === 'string') &&
  'options' in one &&
  typeof one.options === 'object';

/** None while people are hidden: what was typed before may name some. */
export function readTemplates(): Template[] {
  if (peopleAreHidden()) return [];
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(ENTRY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isTemplate) : [];
  } catch {
    return [];
  }
}

function write(all: readonly Template[]): boolean {
  try {
    localStorage.setItem(ENTRY, JSON.stringify(all));
    return true;
  } catch {
    return false;
  }
}

/** The newest first; one of the same name is replaced. False: the browser keeps nothing. */
export function saveTemplate(template: Template): boolean {
  const others = readTemplates().filter((one) => one.name !== template.name);
  return write([template, ...others].slice(0, MOST));
}

export function deleteTemplate(name: string): void {
  write(readTemplates().filter((one) => one.name !== name));
}
