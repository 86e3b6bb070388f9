/* What the command menu offers: the commands that somebody can do now, each with its sign. */
import { type Command, can } from '../lib/commands';
import type { IconName } from '../lib/icons';

const OFFERED: readonly (readonly [Command, IconName])[] = [
  ['replay', 'replay'],
  ['edit', 'edit'],
  ['compare', 'compare'],
  ['curl', 'terminal'],
  ['pin', 'pin'],
  ['note', 'note'],
  ['delete', 'trash'],
  ['tab.1', 'text'],
  ['tab.2', 'upload'],
  ['tab.3', 'download'],
  ['tab.4', 'link'],
  ['tab.5', 'clock'],
  ['tab.6', 'doctor'],
  ['filter', 'search'],
  ['problems', 'warn'],
  ['select.all', 'check'],
  ['pause', 'pause'],
  ['copy.url', 'copy'],
  ['go.exchanges', 'exchanges'],
  ['go.chat', 'chat'],
  ['go.simulate', 'simulate'],
  ['go.doctor', 'doctor'],
  ['theme', 'moon'],
  ['help', 'keyboard'],
  ['undo', 'undo'],
];

export interface Offer {
  command: Command;
  icon: IconName;
  label: string;
}

/** Those whose words contain every word that was typed, in the order above. */
export function offers(typed: string, label: (command: Command) => string): Offer[] {
  const words = typed.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
  return OFFERED.filter(([command]) => can(command))
    .map(([command, icon]) => ({ command, icon, label: label(command) }))
    .filter((offer) =>
      words.every((word) => offer.label.normalize('NFKC').toLowerCase().includes(word)),
    );
}
