// Checks what a browser has to load before it shows something against the budget of the page.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const KIB = 1024;
const limits = { 'start js': 100 * KIB, css: 20 * KIB, 'editor js': 130 * KIB };

const dist = new URL('../dist/', import.meta.url);
const html = readFileSync(new URL('index.html', dist), 'utf8');
const size = (path) => gzipSync(readFileSync(new URL(path, dist))).length;

if (/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i.test(html)) {
  console.error('index.html has inline script or style');
  process.exit(1);
}

const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((match) => match[1]);
const assets = readdirSync(new URL('assets/', dist)).map((name) => `assets/${name}`);
const language = assets.filter((path) => /\/(en|ja|zh-Hant)-[^/]*\.js$/.test(path));
const sum = (paths) => paths.reduce((total, path) => total + size(path), 0);

const sizes = {
  'start js':
    sum(named.filter((path) => path.endsWith('.js'))) + Math.max(0, ...language.map(size)),
  css: sum(assets.filter((path) => path.endsWith('.css'))),
  'editor js': sum(assets.filter((path) => /\/editor-[^/]*\.js$/.test(path))),
};

let fits = true;
for (const [name, bytes] of Object.entries(sizes)) {
  const over = bytes > limits[name];
  fits &&= !over;
  const kib = (bytes / KIB).toFixed(1).padStart(7);
  console.log(`${name.padEnd(10)}${kib} KiB of ${limits[name] / KIB}${over ? '  TOO MUCH' : ''}`);
}
process.exit(fits ? 0 : 1);
