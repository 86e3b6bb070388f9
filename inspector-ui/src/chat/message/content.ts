/*
 * What a bot has fetched of a user's message: kept in the journal as the answer to its call, shown as an object of
 * this page. A type that could be a document is never shown.
 */
import { address } from '../../api/client';
import type { Call } from '../../api/types';

const SHOWN =
  /^(?:image\/(?:png|jpeg|gif|webp)|video\/(?:mp4|webm|quicktime)|audio\/[a-z0-9.+-]+)$/;

export function contentAddress(call: Call): string {
  return address('/api/calls/{id}/response/body', { path: { id: call.id } });
}

export function isShown(type: string): boolean {
  return SHOWN.test(type);
}

/** The media type of what a call fetched, '' if it cannot be shown. */
export function shownType(call: Call): string {
  const field = call.response?.headers.find(([name]) => name.toLowerCase() === 'content-type');
  const type = (field?.[1] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return isShown(type) ? type : '';
}

/** An address for `src`; the caller revokes it. */
export async function contentUrl(call: Call, type: string): Promise<string> {
  const response = await fetch(contentAddress(call));
  if (!response.ok) throw new Error(`${response.status}`);
  return URL.createObjectURL(new Blob([await response.arrayBuffer()], { type }));
}
