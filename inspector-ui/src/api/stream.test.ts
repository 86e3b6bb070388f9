import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/* A browser in which the stream can be told what happens. */
class FakeSource {
  static all: FakeSource[] = [];
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  #listeners = new Map<string, (event: unknown) => void>();

  constructor(readonly url: string) {
    FakeSource.all.push(this);
  }
  addEventListener(name: string, listener: (event: unknown) => void) {
    this.#listeners.set(name, listener);
  }
  close() {
    this.closed = true;
  }
  tell(name: string, data: unknown, lastEventId: string) {
    this.#listeners.get(name)?.({ data: JSON.stringify(data), lastEventId });
  }
}

class FakeChannel {
  static sent: unknown[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  static last: FakeChannel | undefined;
  constructor(readonly name: string) {
    FakeChannel.last = this;
  }
  postMessage(told: unknown) {
    FakeChannel.sent.push(told);
  }
  close() {}
}

let visibility = 'visible';
let changed: () => void = () => {};
let taken = false;
const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

async function load() {
  vi.resetModules();
  const { feed } = await import('./stream.svelte');
  return feed;
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSource.all = [];
  FakeChannel.sent = [];
  visibility = 'visible';
  taken = false;
  vi.stubGlobal('document', {
    get visibilityState() {
      return visibility;
    },
    addEventListener: (_: string, listener: () => void) => {
      changed = listener;
    },
  });
  vi.stubGlobal('EventSource', FakeSource);
  vi.stubGlobal('BroadcastChannel', FakeChannel);
  vi.stubGlobal('navigator', {
    locks: {
      request: async (
        _: string,
        options: { ifAvailable?: boolean },
        held: (lock: unknown) => unknown,
      ) => {
        if (!taken) return held({});
        return options.ifAvailable ? held(null) : new Promise(() => {});
      },
    },
  });
  vi.stubGlobal(
    'fetch',
    async () => new Response(JSON.stringify({ token: 't', version: '1', password: false })),
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the stream', () => {
  it('says that all has to be read when it opens for the first time, and passes on what it hears', async () => {
    const feed = await load();
    const reset = vi.fn();
    const gone = vi.fn();
    feed.on('reset', reset);
    const off = feed.on('gone', gone);
    feed.follow('is:late');
    await settle();
    const [source] = FakeSource.all;
    expect(source?.url).toBe('/api/stream?q=is%3Alate');
    expect(reset).not.toHaveBeenCalled();
    source?.onopen?.();
    expect(reset).toHaveBeenCalledOnce();
    source?.tell('gone', { ids: ['7'] }, 'r-1');
    expect(gone).toHaveBeenCalledWith({ ids: ['7'] });
    expect(FakeChannel.sent).toContainEqual({ name: 'gone', data: { ids: ['7'] }, id: 'r-1' });
    off();
    source?.tell('gone', { ids: ['8'] }, 'r-2');
    expect(gone).toHaveBeenCalledOnce();
  });

  it('goes on after the last event when it broke off', async () => {
    const feed = await load();
    const reset = vi.fn();
    feed.on('reset', reset);
    feed.follow('');
    await settle();
    FakeSource.all[0]?.onopen?.();
    FakeSource.all[0]?.tell('more', { n: 3 }, 'r-41');
    FakeSource.all[0]?.onerror?.();
    await settle();
    await vi.advanceTimersByTimeAsync(2000);
    expect(FakeSource.all[0]?.closed).toBe(true);
    expect(FakeSource.all[1]?.url).toBe('/api/stream?after=r-41');
    FakeSource.all[1]?.onopen?.();
    expect(reset).toHaveBeenCalledOnce();
  });

  it('is nobody’s while the page cannot be seen', async () => {
    const feed = await load();
    feed.follow('');
    await settle();
    FakeSource.all[0]?.onopen?.();
    FakeSource.all[0]?.tell('more', { n: 1 }, 'r-5');
    visibility = 'hidden';
    changed();
    expect(FakeSource.all[0]?.closed).toBe(true);
    visibility = 'visible';
    changed();
    await settle();
    expect(FakeSource.all.map((source) => source.url)).toEqual([
      '/api/stream',
      '/api/stream?after=r-5',
    ]);
  });

  it('is read by one page only; the others read all once and then listen', async () => {
    taken = true;
    const feed = await load();
    const reset = vi.fn();
    const more = vi.fn();
    feed.on('reset', reset);
    feed.on('more', more);
    feed.follow('');
    await settle();
    expect(FakeSource.all).toHaveLength(0);
    expect(reset).toHaveBeenCalledOnce();
    FakeChannel.last?.onmessage?.({ data: { name: 'more', data: { n: 2 }, id: 'r-9' } });
    expect(more).toHaveBeenCalledWith({ n: 2 });
  });

  it('forgets where it was when the filter is another one', async () => {
    const feed = await load();
    feed.follow('');
    await settle();
    FakeSource.all[0]?.tell('more', { n: 1 }, 'r-5');
    feed.follow('is:late');
    await settle();
    expect(FakeSource.all.map((source) => source.url)).toEqual([
      '/api/stream',
      '/api/stream?q=is%3Alate',
    ]);
    expect(FakeSource.all[0]?.closed).toBe(true);
  });
});
