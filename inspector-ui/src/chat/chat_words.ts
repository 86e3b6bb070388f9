/* A chat, its events and the calls of the bot, in one line each. */
import type { Call, Chat, ChatItem, Event } from '../api/types';
import { eventSays } from '../detail/events/event_words';
import { digNumber, digText } from '../detail/events/raw';
import { hasText, type Key, t, tCode } from '../lib/i18n.svelte';
import { oneLine, shortId } from '../lib/recorded';
import { noticed } from './log/entries';

export function chatName(chat: { id: string; name?: string | null }): string {
  return chat.name ? oneLine(chat.name) : shortId(chat.id);
}

export function chatKind(type: string): string {
  return tCode('chat.kind', type);
}

/** A message in a few words: its text, else what it is. */
export function messageWords(message: unknown): string {
  const text = digText(message, 'text') || digText(message, 'altText');
  if (text !== '') return oneLine(text);
  const type = digText(message, 'type');
  return hasText(`chat.did.${type}`) ? t(`chat.did.${type}` as Key) : oneLine(type);
}

/** What happened last: the words of the user or the bot, or what they did. */
export function lastWords(chat: Chat): string {
  const { type, sub, text } = chat.last;
  if (text !== '' && !['sticker', 'postback'].includes(sub || type)) return oneLine(text);
  if (sub === '' && type === '') return t('chat.nothing_yet');
  return tCode('chat.did', sub || type);
}

function eventWords(event: Event): string {
  const says = eventSays(event);
  if (!says) return t('chat.did.unknown', { type: oneLine(event.type) });
  return [says.key ? t(says.key, says.params) : '', says.quote ? oneLine(says.quote) : '']
    .filter((part) => part !== '')
    .join(' ');
}

function asked(call: Call): unknown {
  try {
    return JSON.parse(call.request.body.text ?? 'null');
  } catch {
    return null;
  }
}

function callWords(call: Call): string {
  const word = noticed(call);
  if (word === 'loading')
    return t('chat.call.loading', { s: digNumber(asked(call), 'loadingSeconds') ?? 20 });
  return word === null ? t('chat.call.refused') : t(`chat.call.${word}` as Key);
}

/** For a line between the bubbles. */
export function systemWords(item: ChatItem): string {
  if (item.call) return callWords(item.call);
  return item.event ? eventWords(item.event) : '';
}

/** Why LINE, or the emulation of it, did not take a call. */
export function refusal(call: Call): string {
  const status = call.status === null ? '' : `${call.status} `;
  try {
    const said = digText(JSON.parse(call.response?.body.text ?? 'null'), 'message');
    if (said !== '') return oneLine(status + said);
  } catch {
    // What answered was not LINE: its status has to do.
  }
  return (
    (status + (call.problem ? tCode('calls.problem', call.problem) : '')).trim() ||
    t('chat.state.refused')
  );
}
