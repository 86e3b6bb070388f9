/* What the composer sends: events as LINE would send them, of the user who writes. */
import type { Chat, Simulation } from '../../api/types';
import type { SentEvent } from '../tap/outcome';

export type MediaKind = 'image' | 'video' | 'audio' | 'file';
type Contents = NonNullable<Simulation['contents']>;

const SIMULATED = /^[UCR][0-9a-f]{32}$/;

/** Only people and groups of LINE can be spoken for. */
export function canSimulate(chat: { id: string; type: string }): boolean {
  return SIMULATED.test(chat.id) && ['user', 'group', 'room'].includes(chat.type);
}

/** `speaker` is a user of the group; without one the agent chooses. */
export function sourceOf(chat: Pick<Chat, 'id' | 'type'>, speaker: string): Record<string, string> {
  if (chat.type === 'user') return { type: 'user', userId: chat.id };
  const place = chat.type === 'group' ? 'groupId' : 'roomId';
  const source: Record<string, string> = { type: chat.type, [place]: chat.id };
  if (speaker !== '') source.userId = speaker;
  return source;
}

export function simulationOf(
  chat: Pick<Chat, 'id' | 'type'>,
  speaker: string,
  events: readonly SentEvent[],
  contents: Contents = {},
): Simulation {
  const source = sourceOf(chat, speaker);
  const simulation: Simulation = {
    events: events.map((event) => ({ ...event, source })),
    batch: 'each',
  };
  if (Object.keys(contents).length > 0) simulation.contents = contents;
  return simulation;
}

export function stickerEvent(packageId: string, stickerId: string): SentEvent {
  return {
    type: 'message',
    message: { type: 'sticker', packageId, stickerId, stickerResourceType: 'STATIC' },
  };
}

export interface Place {
  title: string;
  address: string;
  latitude: number;
  longitude: number;
}

export function locationEvent(place: Place): SentEvent {
  const { title, address, latitude, longitude } = place;
  const message: Record<string, unknown> = { type: 'location', latitude, longitude };
  if (title !== '') message.title = title;
  if (address !== '') message.address = address;
  return { type: 'message', message };
}

/** Which message LINE makes of a file. */
export function mediaKind(type: string): MediaKind {
  const kind = type.split('/')[0];
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'file';
}

/** `duration` of a sound or a film, as far as the browser could tell. */
export function mediaEvent(
  kind: MediaKind,
  file: { name: string; size: number },
  duration: number | null,
): SentEvent {
  if (kind === 'file')
    return { type: 'message', message: { type: 'file', fileName: file.name, fileSize: file.size } };
  const message: Record<string, unknown> = { type: kind, contentProvider: { type: 'line' } };
  if (kind !== 'image') message.duration = duration ?? 1000;
  return { type: 'message', message };
}

const CHUNK = 0x8000;

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

/** Enter sends; not while an input method composes, and not with Shift. */
export function isSending(
  event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'isComposing' | 'keyCode'>,
): boolean {
  // 229: some browsers end the composition before they tell of the key that ended it.
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}
