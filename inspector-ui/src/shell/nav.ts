/* The rooms in the header and at the foot of a phone. */
import type { Key } from '../lib/i18n.svelte';
import type { IconName } from '../lib/icons';
import { type Route, router } from '../lib/router.svelte';

interface Place {
  key: Key;
  icon: IconName;
  route: Route;
  /** Rooms that belong to it. */
  rooms: readonly Route['room'][];
}

export const PLACES: readonly Place[] = [
  {
    key: 'nav.exchanges',
    icon: 'exchanges',
    route: { room: 'list' },
    rooms: ['list', 'exchange', 'edit', 'compare'],
  },
  { key: 'nav.chat', icon: 'chat', route: { room: 'chat', chat: null }, rooms: ['chat'] },
  {
    key: 'nav.simulate',
    icon: 'simulate',
    route: { room: 'simulate', type: null },
    rooms: ['simulate'],
  },
  { key: 'nav.doctor', icon: 'doctor', route: { room: 'doctor' }, rooms: ['doctor'] },
];

export const isHere = (place: Place) => place.rooms.includes(router.route.room);
