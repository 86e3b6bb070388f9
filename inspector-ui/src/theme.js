// Runs before the first paint. The same keys as lib/settings.svelte.ts.
try {
  var kept = JSON.parse(localStorage.getItem('hookline.settings') || '{}');
  if (kept.theme === 'light' || kept.theme === 'dark') {
    document.documentElement.dataset.theme = kept.theme;
  }
  if (kept.language) document.documentElement.lang = kept.language;
} catch (_) {}
