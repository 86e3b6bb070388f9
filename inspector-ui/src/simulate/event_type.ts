/* The kinds of events that can be simulated: their names, groups, and which fit a search. */
import type { EventType } from '../api/types';
import { eventIcon } from '../detail/events/event_words';
import type { IconName } from '../lib/icons';

export const GROUPS = ['message', 'user', 'group', 'bot', 'partner'] as const;
export type Group = (typeof GROUPS)[number];

/** As `hookline trigger` calls it: text, image.set, postback.date, follow. */
export function nameOf(type: Pick<EventType, 'type' | 'sub'>): string {
  if (type.sub === '') return type.type;
  return type.type === 'message' ? type.sub : `${type.type}.${type.sub}`;
}

/** The same for people; LINE's own words, so in no language. */
export const titleOf = (name: string): string => name.replaceAll('.', ' · ');

export function iconOf(type: Pick<EventType, 'type' | 'sub'>): IconName {
  return eventIcon(type.type, type.sub.replace(/\..*/, ''));
}

/** Its content is asked for by the bot: a file may be chosen for it. */
export function hasContent(type: EventType): boolean {
  const kind = type.sub.replace(/\..*/, '');
  return (
    type.type === 'message' &&
    ['image', 'video', 'audio', 'file'].includes(kind) &&
    !type.sub.endsWith('.external')
  );
}

export interface TypeGroup {
  group: Group;
  types: EventType[];
}

/** Every word that was typed is somewhere in the name, its sample or its group. */
export function findTypes(types: readonly EventType[], typed: string): TypeGroup[] {
  const words = typed.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (type: EventType) => {
    const text = `${nameOf(type)} ${type.type} ${type.group}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return GROUPS.map((group) => ({
    group,
    types: types.filter((type) => type.group === group && fits(type)),
  })).filter(({ types: some }) => some.length > 0);
}
