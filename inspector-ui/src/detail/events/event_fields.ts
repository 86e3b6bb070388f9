/* The names and values under an event's sentence; ids, times, source and token have places of their own. */
import type { Event } from '../../api/types';
import type { Key } from '../../lib/i18n.svelte';
import { dig, digList, digNumber, digText } from './raw';

export interface Field {
  key: Key;
  value: string;
  as: 'mono' | 'text' | 'ms' | 'bytes' | 'time' | 'link';
}

type Spec = readonly [key: Key, as: Field['as'], ...path: string[]];

/** Each line: key of the text, how it is shown, and where it stands in the event. */
function specs(...lines: string[]): Spec[] {
  return lines.map((line) => {
    const [key, as, path] = line.split(' ') as [string, Field['as'], string];
    return [`detail.field.${key}` as Key, as, ...path.split('.')];
  });
}

const MESSAGE = specs(
  'quote_token mono message.quoteToken',
  'quoted mono message.quotedMessageId',
  'duration ms message.duration',
  'file_size bytes message.fileSize',
  'address text message.address',
  'package mono message.packageId',
  'sticker mono message.stickerId',
  'sticker_kind mono message.stickerResourceType',
  'content_url link message.contentProvider.originalContentUrl',
  'preview_url link message.contentProvider.previewImageUrl',
  'image_set mono message.imageSet.id',
  'read_token mono message.markAsReadToken',
);

const OTHER = specs(
  'unsent mono unsend.messageId',
  'date mono postback.params.date',
  'time mono postback.params.time',
  'datetime mono postback.params.datetime',
  'rich_menu mono postback.params.newRichMenuAliasId',
  'status mono postback.params.status',
  'tracking mono videoPlayComplete.trackingId',
  'hwid mono beacon.hwid',
  'dm mono beacon.dm',
  'nonce mono link.nonce',
  'membership mono membership.membershipId',
  'bot mono module.botId',
  'reason mono module.reason',
  'expires time chatControl.expireAt',
);

function plain(raw: unknown, [key, as, ...path]: Spec): Field[] {
  const value = dig(raw, ...path);
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  return value === '' ? [] : [{ key, value: String(value), as }];
}

function joined(key: Key, values: readonly string[]): Field[] {
  const some = values.filter((v) => v !== '');
  return some.length === 0 ? [] : [{ key, value: some.join(' · '), as: 'mono' }];
}

function coordinates(raw: unknown): Field[] {
  const latitude = digNumber(raw, 'message', 'latitude');
  const longitude = digNumber(raw, 'message', 'longitude');
  if (latitude === null || longitude === null) return [];
  return [{ key: 'detail.field.coordinates', value: `${latitude}, ${longitude}`, as: 'mono' }];
}

function mentioned(one: unknown): string {
  return digText(one, 'type') === 'all' ? '@all' : digText(one, 'userId');
}

export function eventFields(event: Event): Field[] {
  const raw = event.raw;
  const members = [...digList(raw, 'joined', 'members'), ...digList(raw, 'left', 'members')];
  return [
    ...coordinates(raw),
    ...MESSAGE.flatMap((spec) => plain(raw, spec)),
    ...joined('detail.field.keywords', digList(raw, 'message', 'keywords').map(String)),
    ...joined(
      'detail.field.mentions',
      digList(raw, 'message', 'mention', 'mentionees').map(mentioned),
    ),
    ...joined(
      'detail.field.emojis',
      digList(raw, 'message', 'emojis').map(
        (e) => `${digText(e, 'productId')}/${digText(e, 'emojiId')}`,
      ),
    ),
    ...joined(
      'detail.field.members',
      members.map((m) => digText(m, 'userId')),
    ),
    ...joined('detail.field.scopes', digList(raw, 'module', 'scopes').map(String)),
    ...OTHER.flatMap((spec) => plain(raw, spec)),
  ];
}

/** An address that may be a link: what is recorded decides nothing else than where it leads. */
export function safeHref(address: string): string | null {
  if (!/^(https?|tel|line):/i.test(address)) return null;
  return URL.canParse(address) ? address : null;
}
