import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Row } from '../api/types';
import { row, rows } from './test_rows';

type Page = { items: Row[]; marks: []; next: string | null; total: number | null };
type Handler = (news: unknown) => void;

const handlers = new Map<string, Handler>();
const followed = vi.fn();
const asked: string[] = [];
let reply: (url: URL) => { status: number; body: unknown };
let frames: (() => void)[] = [];

vi.mock('../api/stream.svelte', () => ({
  feed: {
    on: (name: string, handler: Handler) => handlers.set(name, handler),
    follow: (q: string) => followed(q),
  },
}));

const page = (items: Row[], next: string | null = null): Page => ({
  items,
  marks: [],
  next,
  total: items.length,
});
const ok = (body: Page) => ({ status: 200, body });
const tell = (name: string, news: unknown) => handlers.get(name)?.(news);
const frame = async () => {
  await vi.advanceTimersByTimeAsync(100);
  const now = frames;
  frames = [];
  for (const one of now) one();
};

async function load(first: Page = page(rows(3, 1))) {
  reply = () => ok(first);
  vi.resetModules();
  const { exchanges } = await import('./exchanges.svelte');
  await exchanges.apply('');
  return exchanges;
}

const ids = (list: { window: { rows: readonly Row[] } }) => list.window.rows.map((one) => one.id);

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  frames = [];
  followed.mockReset();
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback));
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    const { status, body } = reply(new URL(url, 'http://x'));
    return new Response(JSON.stringify(body), { status });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the list', () => {
  it('reads the first page, then follows', async () => {
    const list = await load();
    expect(asked).toEqual(['/api/exchanges?limit=200']);
    expect(ids(list)).toEqual(['3', '2', '1']);
    expect(list.phase).toBe('ready');
    expect(followed).toHaveBeenCalledWith('');
  });

  it('puts new rows in together, and flashes few only', async () => {
    const list = await load();
    for (let id = 4; id <= 203; id++) tell('row', row(id));
    expect(ids(list)).toHaveLength(3);
    expect(frames).toHaveLength(1);
    tell('gone', { ids: [] });
    expect(frames).toHaveLength(1);
    await frame();
    expect(list.window).toMatchObject({ total: 203 });
    expect(list.fresh.size).toBe(0);
    expect(list.waiting).toBe(0);
    tell('row', row(204));
    await frame();
    expect([...list.fresh]).toEqual(['204']);
  });

  it('lets new rows wait when it is paused or scrolled away, but not changes', async () => {
    const list = await load();
    list.scrolled(false);
    tell('row', row(4));
    tell('row', row(4, { pinned: true }));
    tell('row', row(2, { note: true }));
    await frame();
    expect(ids(list)).toEqual(['3', '2', '1']);
    expect(list.waiting).toBe(1);
    expect(list.find('2')?.note).toBe(true);
    expect(list.find('4')?.pinned).toBe(true);
    list.scrolled(true);
    expect(ids(list)).toEqual(['4', '3', '2', '1']);
    list.pause(true);
    tell('row', row(5));
    await frame();
    expect(list.waiting).toBe(1);
    list.pause(false);
    expect(ids(list)[0]).toBe('5');
  });

  it('forgets what is gone, also what waits', async () => {
    const list = await load();
    list.pause(true);
    tell('row', row(4));
    tell('gone', { ids: ['4', '2'] });
    await frame();
    expect(ids(list)).toEqual(['3', '1']);
    expect(list.waiting).toBe(0);
  });

  it('reads again after `more`, at once or when the user comes back', async () => {
    const list = await load();
    reply = () => ok(page(rows(9, 1)));
    tell('more', { n: 6 });
    await frame();
    await vi.advanceTimersByTimeAsync(500);
    expect(ids(list)[0]).toBe('9');
    list.scrolled(false);
    reply = () => ok(page(rows(30, 1)));
    tell('more', { n: 21 });
    await frame();
    await vi.advanceTimersByTimeAsync(500);
    expect(ids(list)[0]).toBe('9');
    expect(list.waiting).toBe(21);
    list.scrolled(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(ids(list)[0]).toBe('30');
    expect(list.waiting).toBe(0);
  });

  it('does not let a page that was read before undo what was told meanwhile', async () => {
    const list = await load();
    const again = list.apply('', true);
    tell('row', row(3, { state: 'done', pinned: true }));
    await frame();
    await again;
    expect(list.find('3')?.pinned).toBe(true);
  });

  it('keeps the last good list when a filter is refused', async () => {
    const list = await load();
    const error = { offset: 0, length: 6, code: 'unknown_key', hint: 'status:' };
    reply = () => ({
      status: 400,
      body: { title: '', status: 400, detail: '', code: 'bad_filter', error },
    });
    await list.apply('sttus:5xx');
    expect(list.filterError).toEqual(error);
    expect(ids(list)).toEqual(['3', '2', '1']);
    expect(list.q).toBe('');
    await list.apply('');
    expect(list.filterError).toBeNull();
  });

  it('shows everything, and the error, when the first filter is refused', async () => {
    const error = { offset: 0, length: 6, code: 'unknown_key', hint: '' };
    reply = (url) =>
      url.searchParams.has('q')
        ? { status: 400, body: { title: '', status: 400, detail: '', code: 'bad_filter', error } }
        : ok(page(rows(2, 1)));
    vi.resetModules();
    const { exchanges: list } = await import('./exchanges.svelte');
    await list.apply('sttus:5xx');
    await vi.advanceTimersByTimeAsync(0);
    expect(ids(list)).toEqual(['2', '1']);
    expect(list.filterError).toEqual(error);
  });

  it('listens to the newest question only', async () => {
    const list = await load();
    reply = (url) => ok(page(url.searchParams.get('q') === 'a' ? rows(1, 1) : rows(2, 2)));
    await Promise.all([list.apply('a'), list.apply('b')]);
    expect(list.q).toBe('b');
    expect(ids(list)).toEqual(['2']);
  });

  it('loads older ones once, and newer ones after they were dropped', async () => {
    const list = await load(page(rows(400, 201), '201'));
    reply = () => ok(page(rows(200, 1)));
    await Promise.all([list.loadOlder(), list.loadOlder()]);
    expect(asked.slice(1)).toEqual(['/api/exchanges?before=201&limit=200&total=false']);
    expect(list.window).toMatchObject({ more: false, total: 200 });
    expect(ids(list)).toHaveLength(400);
    await list.loadOlder();
    await list.loadNewer();
    expect(asked).toHaveLength(2);
  });

  it('says what went wrong, and works again', async () => {
    reply = () => ({
      status: 500,
      body: { title: '', status: 500, detail: 'malformed', code: 'journal' },
    });
    vi.resetModules();
    const { exchanges: list } = await import('./exchanges.svelte');
    await list.apply('');
    expect(list.phase).toBe('failed');
    expect(list.problem?.message).toBe('malformed');
    reply = () => ok(page(rows(1, 1)));
    await list.apply('', true);
    expect(list.phase).toBe('ready');
    expect(list.problem).toBeNull();
  });

  it('reads the new filter again, not the old one, when news come before its first answer', async () => {
    const exchanges = await load();
    const answers: (() => void)[] = [];
    vi.stubGlobal('fetch', (url: string) => {
      asked.push(url);
      const response = () => new Response(JSON.stringify(page(rows(1, 1))));
      return new Promise<Response>((resolve) => answers.push(() => resolve(response())));
    });
    const applying = exchanges.apply('is:late');
    tell('reset', {});
    await frame();
    await vi.advanceTimersByTimeAsync(0);
    for (const answer of answers) answer();
    await applying;
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.slice(1).every((url) => url.includes('late'))).toBe(true);
    expect(exchanges.q).toBe('is:late');
  });
});
