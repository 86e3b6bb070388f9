/* A clock that only runs while something on the page shows it and the page can be seen. */
import { createSubscriber } from 'svelte/reactivity';

function ticking(everyMs: number): () => number {
  const subscribe = createSubscriber((update) => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') update();
    }, everyMs);
    return () => clearInterval(timer);
  });
  return () => {
    subscribe();
    return Date.now();
  };
}

/** Now, read again each second. */
export const nowBySecond = ticking(1000);
/** Now, read again ten times a second: for what is under way. */
export const nowByTenth = ticking(100);
