/* A chat and its events in one line each. */
import type { Chat, Event } from '../api/types';
import { eventSays } from '../detail/events/event_words';
import { t, tCode } from '../lib/i18n.svelte';
import { oneLine, shortId } from '../lib/recorded';

export function chatName(chat: { id: string }): string {
  return oneLine(shortId(chat.id));
}

export function chatKind(type: string): string {
  return tCode('chat.kind', type);
}

/** What happened last: the words of the user, or what they did. */
export function lastWords(chat: Chat): string {
  const { type, sub, text } = chat.last;
  if (text !== '' && (sub === 'text' || sub === '')) return oneLine(text);
  return tCode('chat.did', sub || type);
}

/** For a line between the bubbles. */
export function systemWords(event: Event): string {
  const says = eventSays(event);
  if (!says) return t('chat.did.unknown', { type: oneLine(event.type) });
  return [says.key ? t(says.key, says.params) : '', says.quote ? oneLine(says.quote) : '']
    .filter((part) => part !== '')
    .join(' ');
}
