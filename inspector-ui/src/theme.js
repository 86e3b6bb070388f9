// Runs before the first paint. Reads the same entry as lib/settings.svelte.ts.
(() => {
  try {
    const kept = JSON.parse(localStorage.getItem('hookline.settings') || '{}');
    const root = document.documentElement;
    if (kept.theme === 'light' || kept.theme === 'dark') root.dataset.theme = kept.theme;
    if (kept.language) root.lang = kept.language;
  } catch {
    // Without storage the system's theme is the one.
  }
})();
