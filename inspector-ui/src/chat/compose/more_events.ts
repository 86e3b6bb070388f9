/* Events that are no messages, as the agent offers them for this kind of chat. */
import type { EventType } from '../../api/types';
import type { SentEvent } from '../tap/outcome';

/** Those that have a place of their own in the composer, or belong to a message. */
const ELSEWHERE = ['message', 'messageEdited', 'postback'];

type Place = EventType['sources'][number];

export function offered(types: readonly EventType[], chat: string): EventType[] {
  return types.filter(
    (one) => !ELSEWHERE.includes(one.type) && one.sources.includes(chat as Place),
  );
}

/** Its sample, of whoever speaks; an `unsend` takes back what was said last. */
export function eventOf(type: EventType, lastMessage: string): SentEvent {
  const event: SentEvent = { ...(type.sample as Record<string, unknown>), type: type.type };
  delete event.source;
  if (type.type === 'unsend' && lastMessage !== '') event.unsend = { messageId: lastMessage };
  return event;
}
