/* What the user did, as the key of a text. Everything LINE can send today; the rest is shown as JSON. */
import type { Event } from '../../api/types';
import type { Key } from '../../lib/i18n.svelte';
import type { IconName } from '../../lib/icons';
import { lookUp } from '../../lib/recorded';
import { dig, digList, digNumber, digText } from './raw';

export interface Saying {
  /** a text of the page ... */
  key?: Key;
  params?: Record<string, string | number>;
  /** ... and what the user wrote or sent, as recorded */
  quote?: string;
  mono?: boolean;
  thumb?: boolean;
}

const MESSAGE_ICONS: Record<string, IconName> = {
  text: 'text',
  image: 'image',
  video: 'video',
  audio: 'audio',
  file: 'file',
  location: 'location',
  sticker: 'sticker',
};

const EVENT_ICONS: Record<string, IconName> = {
  messageEdited: 'edit',
  unsend: 'undo',
  follow: 'follow',
  unfollow: 'unfollow',
  join: 'group',
  leave: 'group',
  memberJoined: 'group',
  memberLeft: 'group',
  postback: 'postback',
  videoPlayComplete: 'play',
  beacon: 'beacon',
  accountLink: 'link',
  membership: 'star',
  module: 'plug',
  activated: 'plug',
  deactivated: 'plug',
  botSuspended: 'pause',
  botResumed: 'play',
  delivery: 'send',
};

export function eventIcon(type: string, messageType: string): IconName {
  if (type === 'message') return lookUp(MESSAGE_ICONS, messageType) ?? 'unknown';
  return lookUp(EVENT_ICONS, type) ?? 'unknown';
}

type Teller = (event: Event, raw: unknown) => Saying;

const MESSAGES: Record<string, Teller> = {
  text: (event) => ({ quote: event.text }),
  image: (_, raw) => {
    const index = digNumber(raw, 'message', 'imageSet', 'index');
    const total = digNumber(raw, 'message', 'imageSet', 'total');
    if (index === null || total === null) return { key: 'detail.say.image', thumb: true };
    return { key: 'detail.say.image_of', params: { index, total }, thumb: true };
  },
  video: () => ({ key: 'detail.say.video', thumb: true }),
  audio: () => ({ key: 'detail.say.audio', thumb: true }),
  file: (_, raw) => ({
    key: 'detail.say.file',
    quote: digText(raw, 'message', 'fileName'),
    thumb: true,
  }),
  location: (event, raw) => ({
    key: 'detail.say.location',
    quote: digText(raw, 'message', 'title') || digText(raw, 'message', 'address') || event.text,
    thumb: true,
  }),
  sticker: (event, raw) => ({
    key: 'detail.say.sticker',
    params: {
      package: digText(raw, 'message', 'packageId'),
      sticker: digText(raw, 'message', 'stickerId'),
    },
    quote: digText(raw, 'message', 'text') || undefinedIfId(event.text),
    thumb: true,
  }),
};

function undefinedIfId(text: string): string {
  return /^\d*$/.test(text) ? '' : text;
}

function place(event: Event): 'group' | 'room' {
  return event.source.type === 'room' ? 'room' : 'group';
}

const EVENTS: Record<string, Teller> = {
  messageEdited: (event) => ({ key: 'detail.say.edited', quote: event.text }),
  unsend: () => ({ key: 'detail.say.unsend' }),
  follow: (_, raw) => ({
    key: dig(raw, 'follow', 'isUnblocked') === true ? 'detail.say.unblocked' : 'detail.say.follow',
  }),
  unfollow: () => ({ key: 'detail.say.unfollow' }),
  join: (event) => ({ key: `detail.say.join_${place(event)}` }),
  leave: (event) => ({ key: `detail.say.leave_${place(event)}` }),
  memberJoined: (_, raw) => ({
    key: 'detail.say.member_joined',
    params: { n: digList(raw, 'joined', 'members').length },
  }),
  memberLeft: (_, raw) => ({
    key: 'detail.say.member_left',
    params: { n: digList(raw, 'left', 'members').length },
  }),
  postback: (event, raw) => ({
    key: 'detail.say.postback',
    quote: digText(raw, 'postback', 'data') || event.text,
    mono: true,
  }),
  videoPlayComplete: () => ({ key: 'detail.say.video_played' }),
  beacon: (_, raw) =>
    known('detail.say.beacon', digText(raw, 'beacon', 'type'), ['enter', 'stay', 'banner']),
  accountLink: (_, raw) =>
    known('detail.say.link', digText(raw, 'link', 'result'), ['ok', 'failed']),
  membership: (_, raw) =>
    known('detail.say.membership', digText(raw, 'membership', 'type'), [
      'joined',
      'left',
      'renewed',
    ]),
  module: (_, raw) =>
    known('detail.say.module', digText(raw, 'module', 'type'), ['attached', 'detached']),
  activated: () => ({ key: 'detail.say.activated' }),
  deactivated: () => ({ key: 'detail.say.deactivated' }),
  botSuspended: () => ({ key: 'detail.say.suspended' }),
  botResumed: () => ({ key: 'detail.say.resumed' }),
  delivery: (_, raw) => ({
    key: 'detail.say.delivery',
    quote: digText(raw, 'delivery', 'data'),
    mono: true,
  }),
};

/** The text for one of a few known words, or the general one with the word that is new. */
function known(prefix: string, word: string, words: readonly string[]): Saying {
  if (words.includes(word)) return { key: `${prefix}_${word}` as Key };
  return { key: prefix as Key, quote: word, mono: true };
}

/** null: an event that this page does not know. */
export function eventSays(event: Event): Saying | null {
  const table = event.type === 'message' ? MESSAGES : EVENTS;
  const name = event.type === 'message' ? event.message_type : event.type;
  return lookUp(table, name)?.(event, event.raw) ?? null;
}
