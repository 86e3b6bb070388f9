// Makes package-lock.json the same for everybody, whatever registry wrote it: `npm install && node scripts/lock.mjs`.
//
// 1. The registry's addresses go: versions and hashes say all that has to be the same.
// 2. A registry may lack the builds of a tool for other platforms. npm then leaves them out, and `npm ci` refuses such
//    a file. They come back with the version that the tool names; their names say the platform.
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));

const SYSTEMS = /(?:^|-)(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-/;
const CPUS = /-(arm64|armv7|arm|x64|ia32|loong64|ppc64|riscv64|s390x|mips64el)(?:-|$)/;

function platform(name, version) {
  const last = name.split('/').at(-1);
  const os = SYSTEMS.exec(last)?.[1];
  const cpu = CPUS.exec(last)?.[1];
  if (!os || !cpu) throw new Error(`which platform is ${name} for?`);
  const entry = {
    version,
    cpu: [cpu.replace('armv7', 'arm')],
    dev: true,
    optional: true,
    os: [os],
  };
  if (os === 'linux') entry.libc = [/musl/.test(last) ? 'musl' : 'glibc'];
  return entry;
}

for (const entry of Object.values(lock.packages)) delete entry.resolved;
for (const entry of Object.values({ ...lock.packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (!lock.packages[key] && /^\d/.test(version)) lock.packages[key] = platform(name, version);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
