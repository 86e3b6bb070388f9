import { describe, expect, it } from 'vitest';
import { COMMANDS } from './commands';
import { CAPS, commandOf, letterOf, type Pressed, startsG, type Where } from './keys';

const free: Where = { inField: false, inOverlay: false, singleKeys: true, afterG: false };
const key = (name: string, change: Partial<Pressed> = {}): Pressed => ({
  key: name,
  code: '',
  ctrl: false,
  shift: false,
  alt: false,
  ...change,
});

describe('keys', () => {
  it.each([
    ['j', 'move.next'],
    ['k', 'move.previous'],
    ['r', 'replay'],
    ['/', 'filter'],
    ['3', 'tab.3'],
    [' ', 'pause'],
    [']', 'event.next'],
    ['ArrowDown', 'move.next'],
    ['Escape', 'back'],
    ['Enter', 'open'],
    ['Delete', 'delete'],
  ])('%s is %s', (name, command) => {
    expect(commandOf(key(name), free)).toBe(command);
  });

  it('knows those with Shift', () => {
    expect(commandOf(key('?', { shift: true, code: 'Slash' }), free)).toBe('help');
    expect(commandOf(key('!', { shift: true, code: 'Digit1' }), free)).toBe('problems');
    expect(commandOf(key('X', { shift: true }), free)).toBe('select.range');
    expect(commandOf(key('R', { shift: true }), free)).toBeNull();
  });

  it('leaves fields and dialogs their letters, but opens the command menu everywhere', () => {
    for (const where of [
      { ...free, inField: true },
      { ...free, inOverlay: true },
    ]) {
      expect(commandOf(key('r'), where)).toBeNull();
      expect(commandOf(key('Escape'), where)).toBeNull();
      expect(commandOf(key('a', { ctrl: true }), where)).toBeNull();
      expect(commandOf(key('k', { ctrl: true }), where)).toBe('menu');
    }
  });

  it('can do without single letters', () => {
    const where = { ...free, singleKeys: false };
    expect(commandOf(key('r'), where)).toBeNull();
    expect(commandOf(key(' '), where)).toBeNull();
    expect(commandOf(key('ArrowUp'), where)).toBe('move.previous');
    expect(commandOf(key('z', { ctrl: true }), where)).toBe('undo');
  });

  it('goes by the place of the key under an input method', () => {
    expect(letterOf(key('Process', { code: 'KeyJ' }))).toBe('j');
    expect(letterOf(key('ㄓ', { code: 'Digit5' }))).toBe('5');
    expect(commandOf(key('Process', { code: 'Slash' }), free)).toBe('filter');
  });

  it('waits for a letter after G', () => {
    expect(startsG(key('g'), free)).toBe(true);
    expect(startsG(key('g'), { ...free, inField: true })).toBe(false);
    expect(commandOf(key('d'), { ...free, afterG: true })).toBe('go.doctor');
    expect(commandOf(key('x'), { ...free, afterG: true })).toBeNull();
  });

  it('leaves the browser what is the browser’s', () => {
    expect(commandOf(key('r', { ctrl: true }), free)).toBeNull();
    expect(commandOf(key('z', { ctrl: true, shift: true }), free)).toBeNull();
    expect(commandOf(key('ArrowLeft', { alt: true }), free)).toBeNull();
  });

  it('shows a cap for every command', () => {
    for (const command of COMMANDS) expect(CAPS[command], command).toBeDefined();
  });
});
