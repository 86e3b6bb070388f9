/*
 * From a key to a command. Single letters work outside fields only, and not at all if the user switched them off. When
 * an input method swallows the letter, the place of the key on the board says which one it was.
 */
import type { Command } from './commands';

export interface Pressed {
  key: string;
  code: string;
  ctrl: boolean;
  shift: boolean;
  alt: boolean;
}
export interface Where {
  /** The focus is where letters are text. */
  inField: boolean;
  /** A dialog or a menu is open: it has its own keys. */
  inOverlay: boolean;
  singleKeys: boolean;
  /** G was pressed before. */
  afterG: boolean;
}

const CHORDS: Record<string, Command> = { k: 'menu', z: 'undo', a: 'select.all' };
const AFTER_G: Record<string, Command> = {
  e: 'go.exchanges',
  c: 'go.chat',
  s: 'go.simulate',
  d: 'go.doctor',
};
const NAMED: Record<string, Command> = {
  ArrowDown: 'move.next',
  ArrowUp: 'move.previous',
  Home: 'move.first',
  End: 'move.last',
  Enter: 'open',
  Escape: 'back',
  Delete: 'delete',
};
const SINGLE: Record<string, Command> = {
  j: 'move.next',
  k: 'move.previous',
  '1': 'tab.1',
  '2': 'tab.2',
  '3': 'tab.3',
  '4': 'tab.4',
  '5': 'tab.5',
  '6': 'tab.6',
  ']': 'event.next',
  r: 'replay',
  e: 'edit',
  d: 'compare',
  c: 'curl',
  p: 'pin',
  n: 'note',
  x: 'select',
  '/': 'filter',
  '!': 'problems',
  ' ': 'pause',
  u: 'copy.url',
  t: 'theme',
  '?': 'help',
};
const BY_PLACE: Record<string, string> = { Slash: '/', BracketRight: ']', Space: ' ' };

/** The letter, also under an input method. */
export function letterOf(pressed: Pressed): string {
  if (pressed.key.length === 1 && pressed.key.charCodeAt(0) < 0x80)
    return pressed.key.toLowerCase();
  if (/^Key[A-Z]$/.test(pressed.code)) return pressed.code.slice(3).toLowerCase();
  if (/^Digit[0-9]$/.test(pressed.code)) return pressed.code.slice(5);
  return BY_PLACE[pressed.code] ?? '';
}

function single(letter: string, pressed: Pressed): Command | null {
  if (letter === 'x' && pressed.shift) return 'select.range';
  if (/[a-z]/.test(letter) && pressed.shift) return null;
  return SINGLE[letter] ?? null;
}

export function startsG(pressed: Pressed, where: Where): boolean {
  const free = where.singleKeys && !where.inField && !where.inOverlay;
  return free && !pressed.ctrl && !pressed.alt && !pressed.shift && letterOf(pressed) === 'g';
}

function chord(letter: string, pressed: Pressed, busy: boolean): Command | null {
  const command = pressed.shift ? undefined : CHORDS[letter];
  return command === undefined || (busy && command !== 'menu') ? null : command;
}

export function commandOf(pressed: Pressed, where: Where): Command | null {
  const letter = letterOf(pressed);
  const busy = where.inField || where.inOverlay;
  if (pressed.alt) return null;
  if (pressed.ctrl) return chord(letter, pressed, busy);
  if (busy) return null;
  const named = NAMED[pressed.key];
  if (named !== undefined || !where.singleKeys) return named ?? null;
  return where.afterG ? (AFTER_G[letter] ?? null) : single(letter, pressed);
}

/** How each is written on a key cap; `then` stands between keys that follow one another. */
export const CAPS: Partial<Record<Command, readonly string[]>> = {
  'move.next': ['J'],
  'move.previous': ['K'],
  'move.first': ['Home'],
  'move.last': ['End'],
  open: ['↵'],
  back: ['Esc'],
  'tab.1': ['1'],
  'tab.2': ['2'],
  'tab.3': ['3'],
  'tab.4': ['4'],
  'tab.5': ['5'],
  'tab.6': ['6'],
  'event.next': [']'],
  replay: ['R'],
  edit: ['E'],
  compare: ['D'],
  curl: ['C'],
  pin: ['P'],
  note: ['N'],
  delete: ['Del'],
  select: ['X'],
  'select.range': ['Shift', 'X'],
  'select.all': ['Ctrl', 'A'],
  filter: ['/'],
  problems: ['!'],
  pause: ['Space'],
  'copy.url': ['U'],
  'go.exchanges': ['G', 'then', 'E'],
  'go.chat': ['G', 'then', 'C'],
  'go.simulate': ['G', 'then', 'S'],
  'go.doctor': ['G', 'then', 'D'],
  theme: ['T'],
  help: ['?'],
  menu: ['Ctrl', 'K'],
  undo: ['Ctrl', 'Z'],
};
