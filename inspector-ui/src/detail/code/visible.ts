/**
 * Characters that a reader does not see, or that turn the order of what he sees: shown as
 * boxes with their number, so that a recorded text cannot pretend to be another one.
 */

export interface Part {
  text: string;
  /** "U+202E": show a box instead */
  box?: string;
}

const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function box(char: string): string {
  return `U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

export function visibleParts(text: string, keep = ''): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const m of text.matchAll(HIDDEN)) {
    if (keep.includes(m[0])) continue;
    if (m.index > from) parts.push({ text: text.slice(from, m.index) });
    parts.push({ text: m[0], box: box(m[0]) });
    from = m.index + m[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

/** The same as plain text, for titles and names of readers. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (c) => `[${box(c)}]`);
}

export function hasHidden(text: string): boolean {
  return text.search(HIDDEN) >= 0;
}
