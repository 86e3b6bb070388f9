/*
 * What can be done with exchanges. Menus, keys, the bulk bar and the command menu all call these; each says itself,
 * by a toast or a dialog, how it went, so nobody has to look at a result.
 */
import { address, api } from '../api/client';
import { status } from '../api/status.svelte';
import type { Detail, Replay } from '../api/types';
import { copyText } from '../lib/clipboard';
import { t } from '../lib/i18n.svelte';
import { attempt } from '../lib/problems';
import { router } from '../lib/router.svelte';
import { toasts } from '../lib/toasts.svelte';
import type { CurlChoice } from './menu/curl_menu';
import { runs } from './replay/runs';

/** Some, or all that match a filter, also those that are not loaded. */
export type Target = { ids: string[] } | { q: string };
export type ExportKind = 'har' | 'jsonl' | 'webhook_log' | 'api_log';

/** Sends one again, as `how` says; what came of it is said when the run is over. */
export function replayAs(id: string, how: Replay): Promise<boolean> {
  return attempt(async () => {
    runs.watch(await api.post('/api/exchanges/{id}/replay', how, { path: { id } }));
  });
}

/** Sends them again as they are, in this order. */
export async function replay(ids: readonly string[]): Promise<void> {
  for (const id of ids) if (!(await replayAs(id, {}))) return;
}

export function edit(id: string): void {
  router.go({ room: 'edit', id });
}

export function compare(a: string, b: string): void {
  router.go({ room: 'compare', a, b });
}

/** To the bot where there is an address of one, else to the public one; without the signature unless asked. */
function usualCurl(): CurlChoice {
  const now = status.now;
  const isPublic =
    now !== null && now.handler.kind !== 'forward' && now.tunnel.webhook_url !== null;
  return { signature: false, to: isPublic ? 'public' : 'bot' };
}

export async function copyCurl(id: string, choice: CurlChoice = usualCurl()): Promise<void> {
  await attempt(async () => {
    const query = { signature: choice.signature, to: choice.to };
    const { command } = await api.get('/api/exchanges/{id}/curl', { path: { id }, query });
    await copyText(command, t('copy.curl'));
  });
}

/** To this exchange, without the filter. */
export async function copyLink(id: string): Promise<void> {
  const path = router.href({ room: 'exchange', id, tab: 'events' }, '');
  await copyText(location.origin + path, t('action.link.done'));
}

/** The recorded body as text; bytes that are no text can only be downloaded. */
export async function copyBody(detail: Detail): Promise<void> {
  await attempt(async () => {
    const { body } = detail.request;
    if (body.charset === 'binary') return toasts.sayError(t('action.body.binary'));
    if (!body.truncated) return copyText(body.text ?? '', t('detail.body.copied'));
    const response = await fetch(body.href);
    if (!response.ok) throw new Error(t('detail.body.failed'));
    await copyText(await response.text(), t('detail.body.copied'));
  });
}

export async function setPinned(ids: readonly string[], pinned: boolean): Promise<void> {
  await attempt(async () => {
    for (const id of ids) await api.post('/api/exchanges/{id}/marks', { pinned }, { path: { id } });
    toasts.say(t(pinned ? 'pin.done' : 'pin.undone', { n: ids.length }), pinned ? 'pin' : 'unpin');
  });
}

/** An empty text takes the note away. */
export function setNote(id: string, note: string): Promise<boolean> {
  return attempt(() => api.post('/api/exchanges/{id}/marks', { note }, { path: { id } }));
}

async function takeBack(undo: string): Promise<void> {
  await attempt(async () => {
    const { count } = await api.post('/api/undo', { undo });
    toasts.say(t('undo.done', { n: count }), 'undo');
  });
}

export async function remove(target: Target): Promise<void> {
  await attempt(async () => {
    const { undo, count, left } = await api.post('/api/exchanges/delete', target);
    if (undo !== null && count > 0)
      toasts.sayUndo(t('delete.done', { n: count }), () => takeBack(undo));
    if (left > 0) toasts.say(t('delete.left', { n: left }), 'info');
  });
}

/** What the bot has not got yet: at once, or never. null is all of them. */
export async function settle(decision: 'retry' | 'drop', id: string | null): Promise<void> {
  await attempt(async () => {
    const { count } = await api.post('/api/pending', { decision, id });
    const key = decision === 'retry' ? 'action.retry.done' : 'action.drop.done';
    toasts.say(t(key, { n: count }), decision === 'retry' ? 'replay' : 'trash');
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
