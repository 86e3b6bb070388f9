/* What the keys do in the list. While an exchange is open, moving opens the next one in its place. */
import { tick } from 'svelte';
import { compare, copyCurl, edit, remove, replay, setPinned } from '../actions/actions';
import type { Command, Doer } from '../lib/commands';
import { router } from '../lib/router.svelte';
import { exchanges } from './exchanges.svelte';
import { selection } from './selection.svelte';
import { indexOf } from './window';

/** All that match, loaded or not, only after a question. */
export async function removeChecked(): Promise<void> {
  if (selection.all) {
    selection.asking = true;
    return;
  }
  await remove(selection.target(exchanges.q));
  selection.clear();
}

type Doers = Partial<Record<Command, Doer>>;

export function mover(
  open: () => string | null,
  reveal: (index: number) => void,
  grid: () => HTMLElement | undefined,
): Doers {
  const rows = () => exchanges.window.rows;
  const current = () => open() ?? selection.cursor;
  const at = () => {
    const id = current();
    return id === null ? -1 : indexOf(rows(), id);
  };

  function show(id: string): void {
    const { route } = router;
    const tab = route.room === 'exchange' ? route.tab : 'events';
    router.go({ room: 'exchange', id, tab }, { replace: open() !== null });
  }

  function moveTo(index: number): void {
    const row = rows()[Math.max(0, Math.min(rows().length - 1, index))];
    if (!row) return;
    selection.cursor = row.id;
    if (open() !== null) show(row.id);
    const had = grid()?.contains(document.activeElement) === true;
    reveal(indexOf(rows(), row.id));
    if (had)
      void tick().then(() =>
        grid()?.querySelector<HTMLElement>('[data-current]')?.focus({ preventScroll: true }),
      );
  }

  /** With something checked it is about that, else about the row with the cursor. */
  const withIds = (act: (ids: string[]) => unknown) => () => {
    const id = current();
    const ids = selection.checked.size > 0 ? selection.inOrder() : id === null ? [] : [id];
    if (ids.length === 0) return false;
    return act(ids);
  };
  const withOne = (act: (id: string) => unknown) => () => {
    const id = current();
    return id === null ? false : act(id);
  };

  return {
    'move.next': () => moveTo(at() + 1),
    'move.previous': () => moveTo(at() - 1),
    'move.first': () => moveTo(0),
    'move.last': () => moveTo(rows().length - 1),
    open: () => {
      const id = selection.cursor ?? rows()[0]?.id;
      if (id === undefined || open() !== null) return false;
      show(id);
    },
    back: () => {
      if (selection.any) selection.clear();
      else if (open() !== null) router.go({ room: 'list' });
      else if (router.q !== '') router.filter('');
      else return false;
    },
    select: withOne((id) => selection.toggle(id, rows())),
    'select.range': withOne((id) => selection.range(id, rows())),
    'select.all': () => selection.takeAll(),
    pause: () => exchanges.pause(!exchanges.paused),
    replay: withIds(replay),
    edit: withOne(edit),
    compare: () => {
      const [a, b, ...more] = selection.inOrder();
      if (a === undefined || b === undefined || more.length > 0) return false;
      compare(a, b);
    },
    curl: withOne(copyCurl),
    pin: withIds((ids) => setPinned(ids, !ids.every((id) => exchanges.find(id)?.pinned))),
    delete: () => {
      const id = current();
      if (selection.any) return removeChecked();
      if (id === null) return false;
      const next = rows()[at() + 1] ?? rows()[at() - 1];
      selection.cursor = next?.id ?? null;
      if (open() !== null) {
        if (next) show(next.id);
        else router.go({ room: 'list' });
      }
      return remove({ ids: [id] });
    },
  };
}
