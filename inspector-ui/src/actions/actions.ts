/*
 * What can be done with exchanges. Menus, keys, the bulk bar and the command menu all call these; each says itself,
 * by a toast or a dialog, how it went, so nobody has to look at a result.
 */
import { address, api } from '../api/client';
import { copyText } from '../lib/clipboard';
import { t } from '../lib/i18n.svelte';
import { attempt } from '../lib/problems';
import { router } from '../lib/router.svelte';
import { toasts } from '../lib/toasts.svelte';

/** Some, or all that match a filter, also those that are not loaded. */
export type Target = { ids: string[] } | { q: string };
export type ExportKind = 'har' | 'jsonl' | 'webhook_log' | 'api_log';

/** Sends them again as they are, in this order. */
export async function replay(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const went = await attempt(() => api.post('/api/exchanges/{id}/replay', {}, { path: { id } }));
    if (!went) return;
  }
}

export function edit(id: string): void {
  router.go({ room: 'edit', id });
}

export function compare(a: string, b: string): void {
  router.go({ room: 'compare', a, b });
}

export async function copyCurl(id: string): Promise<void> {
  await attempt(async () => {
    const { command } = await api.get('/api/exchanges/{id}/curl', { path: { id } });
    await copyText(command, t('copy.curl'));
  });
}

export async function setPinned(ids: readonly string[], pinned: boolean): Promise<void> {
  await attempt(async () => {
    for (const id of ids) await api.post('/api/exchanges/{id}/marks', { pinned }, { path: { id } });
    toasts.say(t(pinned ? 'pin.done' : 'pin.undone', { n: ids.length }), pinned ? 'pin' : 'unpin');
  });
}

export async function remove(target: Target): Promise<void> {
  await attempt(async () => {
    const { undo, count, left } = await api.post('/api/exchanges/delete', target);
    if (undo !== null && count > 0) {
      const back = () => attempt(() => api.post('/api/undo', { undo }));
      toasts.sayUndo(t('delete.done', { n: count }), async () => void (await back()));
    }
    if (left > 0) toasts.say(t('delete.left', { n: left }), 'info');
  });
}

/** The browser saves it; an attachment does not leave the page. */
export function exportAll(kind: ExportKind, q: string): void {
  location.assign(address('/api/export', { query: { kind, q } }));
}

export function exportSome(kind: ExportKind, ids: readonly string[]): void {
  exportAll(kind, `id:${ids.join(',')}`);
}

export function exportHar(id: string): void {
  location.assign(address('/api/exchanges/{id}/har', { path: { id } }));
}
