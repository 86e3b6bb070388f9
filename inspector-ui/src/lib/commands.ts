/*
 * What can be asked for, by key, menu or command menu. Each command has at most one doer: the room that was entered
 * last. `doing({...})` gives the function that takes the doers away again, as an effect wants it.
 */
export const COMMANDS = [
  'move.next',
  'move.previous',
  'move.first',
  'move.last',
  'open',
  'back',
  'tab.1',
  'tab.2',
  'tab.3',
  'tab.4',
  'tab.5',
  'tab.6',
  'event.next',
  'replay',
  'edit',
  'compare',
  'curl',
  'pin',
  'note',
  'delete',
  'select',
  'select.range',
  'select.all',
  'filter',
  'problems',
  'pause',
  'copy.url',
  'go.exchanges',
  'go.chat',
  'go.simulate',
  'go.doctor',
  'theme',
  'help',
  'menu',
  'undo',
] as const;
export type Command = (typeof COMMANDS)[number];

/** False means: not now; the key is then the browser's. */
export type Doer = () => unknown;

const doers = new Map<Command, Doer[]>();

export function doing(given: Partial<Record<Command, Doer>>): () => void {
  const added = Object.entries(given) as [Command, Doer][];
  for (const [command, doer] of added) doers.set(command, [...(doers.get(command) ?? []), doer]);
  return () => {
    for (const [command, doer] of added) {
      doers.set(
        command,
        (doers.get(command) ?? []).filter((one) => one !== doer),
      );
    }
  };
}

export function can(command: Command): boolean {
  return (doers.get(command)?.length ?? 0) > 0;
}

/** True if somebody did it; who came last is asked first. */
export function run(command: Command): boolean {
  return (doers.get(command) ?? []).some((_, i, all) => all[all.length - 1 - i]?.() !== false);
}
