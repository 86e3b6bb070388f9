import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Entry {
  version?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
const { packages } = read('package-lock.json') as { packages: Record<string, Entry> };

it('names exact versions', () => {
  const { devDependencies, dependencies } = read('package.json');
  expect(dependencies).toBeUndefined();
  for (const version of Object.values(devDependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});

it('names no registry', () => {
  for (const [name, entry] of Object.entries(packages))
    expect(entry.resolved, name).toBeUndefined();
});

it('knows the packages of every platform', () => {
  for (const entry of Object.values(packages)) {
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      expect(packages[`node_modules/${name}`]?.version, name).toBeDefined();
    }
  }
});
