/* People and groups have no pictures here: two letters of the id, on one of six grounds, always the same one. */
import { oneLine } from './recorded';

const GROUNDS = 6;

export function avatarLetters(id: string): string {
  return oneLine(id).slice(1, 3).toUpperCase() || '?';
}

/** A class of controls.css, or '' for the first ground. */
export function avatarGround(id: string): string {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % GROUNDS;
  return sum === 0 ? '' : `a${sum}`;
}
