import { readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/* The chosen theme must be known before the first paint, and the page may have no inline script:
   so this one is a plain file of its own, with a hash in its name like all the others. */
function themeScript(): Plugin {
  let reference = '';
  return {
    name: 'theme-script',
    apply: 'build',
    buildStart() {
      const source = readFileSync(new URL('src/theme.js', import.meta.url), 'utf8');
      reference = this.emitFile({ type: 'asset', name: 'theme.js', source });
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const file = Object.values(bundle ?? {}).find(
          (chunk) => chunk.type === 'asset' && chunk.names.includes('theme.js'),
        );
        if (!file) throw new Error(`theme.js is not in the bundle (${reference})`);
        return [{ tag: 'script', attrs: { src: `/${file.fileName}` }, injectTo: 'head-prepend' }];
      },
    },
  };
}

export default defineConfig({
  plugins: [svelte(), themeScript()],
  build: {
    target: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
    rollupOptions: {
      output: {
        manualChunks: (id) =>
          /node_modules\/(@codemirror|@lezer)\//.test(id) ? 'editor' : undefined,
      },
    },
  },
  test: { include: ['tests/**/*.test.ts', 'src/**/*.test.ts'], environment: 'node' },
});
