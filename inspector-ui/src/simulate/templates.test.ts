import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deleteTemplate, readTemplates, saveTemplate } from './templates';

const kept = new Map<string, string>();

beforeEach(() => {
  kept.clear();
  Object.assign(globalThis, {
    localStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    },
  });
});
afterEach(() => Reflect.deleteProperty(globalThis, 'localStorage'));

const template = (name: string) => ({ name, drafts: [{ name: 'text', doc: '{}' }], options: {} });

describe('saved simulations', () => {
  it('come back, the newest first, one of each name', () => {
    for (const name of ['a', 'b', 'a']) expect(saveTemplate(template(name))).toBe(true);
    expect(readTemplates().map((one) => one.name)).toEqual(['a', 'b']);
    deleteTemplate('a');
    expect(readTemplates()).toEqual([template('b')]);
  });

  it('bear what somebody else has written there', () => {
    kept.set('hookline.simulations', '[{"name":7},null,{"name":"a","drafts":[1],"options":{}}]');
    expect(readTemplates()).toEqual([]);
    kept.set('hookline.simulations', '{');
    expect(readTemplates()).toEqual([]);
  });

  it('say so when the browser keeps nothing', () => {
    localStorage.setItem = () => {
      throw new Error('full');
    };
    expect(saveTemplate(template('a'))).toBe(false);
  });
});
