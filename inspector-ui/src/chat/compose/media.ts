/* How long a film or a sound plays, as far as this browser can tell. */
import type { MediaKind } from './events';

const PATIENCE_MS = 2000;

export function playsFor(kind: MediaKind, file: Blob): Promise<number | null> {
  if (kind !== 'video' && kind !== 'audio') return Promise.resolve(null);
  const url = URL.createObjectURL(file);
  const player = document.createElement(kind);
  return new Promise<number | null>((resolve) => {
    const timer = setTimeout(() => resolve(null), PATIENCE_MS);
    const known = () => {
      clearTimeout(timer);
      resolve(Number.isFinite(player.duration) ? Math.round(player.duration * 1000) : null);
    };
    player.addEventListener('loadedmetadata', known);
    player.addEventListener('error', () => resolve(null));
    player.src = url;
  }).finally(() => {
    player.removeAttribute('src');
    URL.revokeObjectURL(url);
  });
}
