/* Where an event comes from, as the form has it and as it stands in the event. */
import { digText } from '../detail/events/raw';
import type { Json } from './event_doc';

export type Place = 'user' | 'group' | 'room';

export interface Where {
  place: Place;
  /** Empty: whoever the agent takes. */
  user: string;
  /** The group or the room. */
  chat: string;
}

const isPlace = (text: string): text is Place => ['user', 'group', 'room'].includes(text);

export function placeOf(event: Json, allowed: readonly Place[]): Where {
  const said = digText(event, 'source', 'type');
  const place = isPlace(said) ? said : (allowed[0] ?? 'user');
  return {
    place,
    user: digText(event, 'source', 'userId'),
    chat: place === 'user' ? '' : digText(event, 'source', `${place}Id`),
  };
}

/** undefined where nothing is said that the agent would not choose by itself. */
export function sourceOf({ place, user, chat }: Where): Json | undefined {
  if (place === 'user') return user === '' ? undefined : { type: 'user', userId: user };
  return {
    type: place,
    ...(chat === '' ? {} : { [`${place}Id`]: chat }),
    ...(user === '' ? {} : { userId: user }),
  };
}
