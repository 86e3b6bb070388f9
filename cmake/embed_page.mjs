// Builds the inspector's page, and writes its files as a C table (inspector_page.h).
//   1. a digest of all that goes into it: if it was built before, that table is taken
//   2. in a copy: npm ci, npm run build
//   3. the table, and the same in the store for other build folders
// When it cannot be built (no network for npm): an empty table, unless --need ON.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';

const FORMAT = 2; // of the table: part of the digest
const SKIPPED = new Set(['node_modules', 'dist', '.git', 'coverage', 'test-results']);
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

function parseOptions(args) {
  const options = {};
  for (let i = 0; i < args.length; i += 2) options[args[i].slice(2)] = args[i + 1];
  return options;
}

function* filesOf(folder) {
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* filesOf(name);
    else if (entry.isFile()) yield name;
  }
}

function digestOf(page, also) {
  const digest = createHash('sha256').update(`${FORMAT}\n`);
  for (const file of [...filesOf(page), also]) {
    const content = createHash('sha256').update(fs.readFileSync(file)).digest('hex');
    digest.update(`${path.relative(page, file)} ${content}\n`);
  }
  return digest.digest('hex').slice(0, 24);
}

// --- step 2 ---

function run(command, args, folder) {
  const done = spawnSync(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  if (done.status === 0) return;
  const said = `${done.stdout ?? ''}${done.stderr ?? ''}`.trim().split('\n').slice(-20).join('\n');
  throw new Error(`${path.basename(command)} ${args.join(' ')} failed:\n${said}`);
}

// In a copy: whoever works on the page has its folder for himself.
function copySources(options, work) {
  const wanted = new Set();
  for (const file of filesOf(options.page)) {
    const copy = path.join(work, path.relative(options.page, file));
    wanted.add(copy);
    fs.mkdirSync(path.dirname(copy), { recursive: true });
    fs.copyFileSync(file, copy);
  }
  for (const file of [...filesOf(work)]) if (!wanted.has(file)) fs.unlinkSync(file);
  const also = path.join(work, '..', 'docs', path.basename(options.also));
  fs.mkdirSync(path.dirname(also), { recursive: true });
  fs.copyFileSync(options.also, also);
}

function install(options, work) {
  const lock = fs.readFileSync(path.join(work, 'package-lock.json'));
  const stamp = path.join(work, 'node_modules', '.hookline-lock');
  const digest = createHash('sha256').update(lock).digest('hex');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === digest) return;
  const flags = ['--no-audit', '--no-fund'];
  try {
    run(options.npm, ['ci', ...flags], work);
  } catch {
    // A lock file that was written where parts for other systems were not to be had does not
    // satisfy `npm ci`; the versions and digests in it count for `npm install` too.
    run(options.npm, ['install', ...flags], work);
  }
  fs.writeFileSync(stamp, digest);
}

// Two build folders may want it at the same time; a lock that old was left by a build that died.
function locked(store, action) {
  const lock = path.join(store, 'lock');
  fs.mkdirSync(store, { recursive: true });
  for (;;) {
    try {
      fs.mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const age = Date.now() - (fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0);
      if (age > 600_000) fs.rmSync(lock, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    return action();
  } finally {
    fs.rmSync(lock, { recursive: true, force: true });
  }
}

function build(options) {
  const work = path.join(options.store, 'work', 'inspector-ui');
  fs.mkdirSync(work, { recursive: true });
  copySources(options, work);
  install(options, work);
  run(options.npm, ['run', 'build'], work);
  return path.join(work, 'dist');
}

// --- step 3 ---

// Octal has three digits at most, so no following digit can join it.
function literal(buffer) {
  const lines = [];
  let line = '';
  for (const byte of buffer) {
    const isPlain = byte >= 0x20 && byte < 0x7f && !'"\\?'.includes(String.fromCharCode(byte));
    line += isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
    if (line.length < 90) continue;
    lines.push(`    "${line}"`);
    line = '';
  }
  lines.push(`    "${line}"`);
  return lines.join('\n');
}

function entryOf(dist, file, index) {
  const name = `/${path.relative(dist, file).split(path.sep).join('/')}`;
  const type = TYPES[path.extname(file)];
  if (!type) throw new Error(`${name}: no type is known for it (cmake/embed_page.mjs)`);
  const data = fs.readFileSync(file);
  const gzip = gzipSync(data, { level: 9 });
  const isSmaller = gzip.length < data.length * 0.95;
  const etag = createHash('sha256').update(data).digest('base64url').slice(0, 22);
  const isImmutable = /^\/assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/.test(name);
  const texts = [`static const char data_${index}[] =\n${literal(data)};\n`];
  if (isSmaller) texts.push(`static const char gzip_${index}[] =\n${literal(gzip)};\n`);
  const row = `    {"${name}", "${type}", "W/\\"${etag}\\"", ${isImmutable}, data_${index}, ` +
    `sizeof data_${index} - 1, ` +
    (isSmaller ? `gzip_${index}, sizeof gzip_${index} - 1},` : 'NULL, 0},');
  return { text: texts.join('\n'), row };
}

function tableOf(dist) {
  const entries = dist ? [...filesOf(dist)].map((file, i) => entryOf(dist, file, i)) : [];
  return [
    '#include "relay-client/inspector/inspector_page.h"\n',
    '#include <stddef.h>\n',
    '#pragma GCC diagnostic ignored "-Woverlength-strings"\n',
    ...entries.map((entry) => entry.text),
    'const struct inspector_page_file inspector_page_files[] = {',
    ...entries.map((entry) => entry.row),
    '    {NULL, NULL, NULL, false, NULL, 0, NULL, 0},',
    '};\n',
  ].join('\n');
}

// --- all together ---

function writeWhole(file, text) {
  const part = `${file}.${process.pid}`;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(part, text);
  fs.renameSync(part, file);
}

function storedTable(options) {
  const stored = path.join(options.store, `${digestOf(options.page, options.also)}.c`);
  if (!fs.existsSync(stored)) writeWhole(stored, tableOf(build(options)));
  return fs.readFileSync(stored, 'utf8');
}

function main() {
  const options = parseOptions(process.argv.slice(2));
  try {
    writeWhole(options.out, locked(options.store, () => storedTable(options)));
  } catch (error) {
    if (options.need === 'ON') throw error;
    process.stderr.write(`warning: the program gets no inspector page: ${error.message}\n`);
    writeWhole(options.out, tableOf(null));
  }
}

main();
