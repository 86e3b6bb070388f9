/* A file of this computer as the content of a media message. */
import type { Content } from './draft.svelte';

/** In Base64, with the events around it, it fits into one request to the agent. */
export const CONTENT_MAX = 2_500_000;
const PIECE = 0x8000;

export function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE)
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(text);
}

export async function readContent(file: File): Promise<Content> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const type = file.type || 'application/octet-stream';
  return { name: file.name, type, base64: base64Of(bytes), size: bytes.length };
}
