/** Sixteen bytes a line, as hexdump -C shows them. */

export interface HexLine {
  offset: string;
  bytes: string;
  text: string;
}

const WIDTH = 16;

export function hexLine(bytes: Uint8Array, at: number): HexLine {
  const part = bytes.subarray(at, at + WIDTH);
  const pairs: string[] = [];
  let text = '';
  for (const b of part) {
    pairs.push(b.toString(16).padStart(2, '0'));
    text += b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '·';
  }
  const half = [pairs.slice(0, 8).join(' '), pairs.slice(8).join(' ')].join('  ');
  return { offset: at.toString(16).padStart(8, '0'), bytes: half.padEnd(49), text };
}

export function hexLines(bytes: Uint8Array): HexLine[] {
  const lines: HexLine[] = [];
  for (let at = 0; at < bytes.length; at += WIDTH) lines.push(hexLine(bytes, at));
  return lines;
}

export function bytesOfBase64(base64: string): Uint8Array {
  const chars = atob(base64);
  const bytes = new Uint8Array(chars.length);
  for (let i = 0; i < chars.length; i++) bytes[i] = chars.charCodeAt(i);
  return bytes;
}

export function base64OfBytes(bytes: Uint8Array): string {
  let chars = '';
  for (let at = 0; at < bytes.length; at += 8192)
    chars += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(chars);
}
