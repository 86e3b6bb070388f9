/* What an exchange is called at the top of its page. */
import type { Detail } from '../../api/types';
import type { Key } from '../../lib/i18n.svelte';
import { eventSays } from '../events/event_words';

export type Title =
  | { kind: 'quote'; text: string; mono: boolean }
  | { kind: 'words'; key: Key; params: Record<string, string | number> }
  | { kind: 'code'; text: string };

export function titleOf(detail: Detail): Title {
  const event = detail.events[0];
  if (detail.flags.includes('verify'))
    return { kind: 'words', key: 'detail.events.verify', params: {} };
  if (!event)
    return { kind: 'code', text: detail.first?.text || `${detail.method} ${detail.path}` };
  const says = eventSays(event);
  if (says === null) return { kind: 'code', text: event.type || detail.path };
  if (says.quote) return { kind: 'quote', text: says.quote, mono: says.mono ?? false };
  if (says.key) return { kind: 'words', key: says.key, params: says.params ?? {} };
  return { kind: 'code', text: event.type };
}
