/*
 * What the agent tells by itself. Pages of one browser that look through the same filter share one stream: the
 * one that holds the lock reads it, the others hear it over a channel. A page that cannot be seen takes no part, and goes
 * on after the last event it knows when it is seen again.
 *
 * 1. follow(q) joins the channel of q and waits for its lock.
 * 2. The holder opens the stream, after the last known event if there is one.
 * 3. `reset` is said to this page when something may have been missed: all has to be read again.
 *
 * If the stream ends, the session finds out whether the agent is gone or the key is old; then it is opened again.
 */
import { covered, peopleAreHidden } from '../lib/people';
import { address } from './client';
import { session } from './session.svelte';
import type { Check, Gap, Row, Run, Status } from './types';

export interface News {
  status: Status;
  row: Row;
  gone: { ids: string[] };
  mark: Gap;
  run: Run;
  check: Check;
  /** The bot has called LINE's API. */
  call: { id: string; exchange: string | null; chats: string[] };
  more: { n: number };
  reset: Record<string, never>;
  /** Said by this page alone: rows went on, but what has no number may have been missed. */
  rejoined: Record<string, never>;
}
type Name = keyof News;
type Listener<N extends Name> = (news: News[N]) => void;
type Told = { name: Name; data: News[Name]; id: string } | { lost: true } | { back: true };

const NAMES: readonly Name[] = [
  'status',
  'row',
  'gone',
  'mark',
  'run',
  'check',
  'call',
  'more',
  'reset',
];
/** A stream that ends sooner is opened again only after a while. */
const SHORT_MS = 2000;

export class Feed {
  #listeners = new Map<Name, Set<Listener<Name>>>();
  #q: string | null = null;
  #last = '';
  #channel: BroadcastChannel | null = null;
  #source: EventSource | null = null;
  #leave: AbortController | null = null;

  constructor() {
    if (typeof document === 'undefined') return;
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#join();
      else this.#part();
    });
  }

  on<N extends Name>(name: N, listener: Listener<N>): () => void {
    const all = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, all);
    all.add(listener as Listener<Name>);
    return () => all.delete(listener as Listener<Name>);
  }

  /** From now on through this filter, which the agent has to know as valid. */
  follow(q: string): void {
    if (q === this.#q && this.#leave) return;
    this.#part();
    if (q !== this.#q) this.#last = '';
    this.#q = q;
    if (document.visibilityState === 'visible') this.#join();
  }

  /** Nobody listens any more. */
  leave(): void {
    this.#part();
    this.#q = null;
    this.#last = '';
  }

  #say<N extends Name>(name: N, data: News[N]): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(data);
  }

  #join(): void {
    if (this.#q === null || this.#leave) return;
    const leave = new AbortController();
    const name = `${peopleAreHidden() ? 'veiled' : 'hookline'} ${this.#q}`;
    this.#leave = leave;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = (event: MessageEvent<Told>) => this.#hear(event.data);
    if (navigator.locks) void this.#compete(name, leave.signal);
    else this.#open(leave.signal);
  }

  async #compete(name: string, signal: AbortSignal): Promise<void> {
    const lead = () =>
      new Promise<void>((release) => {
        signal.addEventListener('abort', () => release());
        this.#open(signal);
      });
    const free = await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock && !signal.aborted) await lead();
      return lock !== null;
    });
    if (free || signal.aborted) return;
    // Somebody else reads: what was told before this page listened is not known here.
    this.#say('reset', {});
    await navigator.locks.request(name, { signal }, lead).catch(() => {});
  }

  #part(): void {
    this.#leave?.abort();
    this.#source?.close();
    this.#channel?.close();
    this.#leave = this.#source = this.#channel = null;
  }

  #hear(told: Told): void {
    if ('name' in told) {
      this.#last = told.id || this.#last;
      this.#say(told.name, told.data as never);
    } else {
      void session.recover();
    }
  }

  #open(signal: AbortSignal): void {
    if (signal.aborted) return;
    const known = this.#last;
    const source = new EventSource(address('/api/stream', { query: { q: this.#q, after: known } }));
    const opened = Date.now();
    let wasOpen = false;
    this.#source = source;
    source.onopen = () => {
      wasOpen = true;
      this.#channel?.postMessage({ back: true } satisfies Told);
      this.#say(known === '' ? 'reset' : 'rejoined', {});
    };
    source.onerror = () => {
      source.close();
      const soon = wasOpen && Date.now() - opened > SHORT_MS;
      void this.#reopen(signal, soon ? 0 : SHORT_MS);
    };
    for (const name of NAMES) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        const told: Told = { name, data: covered(JSON.parse(event.data)), id: event.lastEventId };
        this.#hear(told);
        this.#channel?.postMessage(told);
      });
    }
  }

  async #reopen(signal: AbortSignal, waitMs: number): Promise<void> {
    this.#channel?.postMessage({ lost: true } satisfies Told);
    await session.recover();
    if (session.state !== 'open' || signal.aborted) return;
    setTimeout(() => this.#open(signal), waitMs);
  }

  /** After the page was let in again. */
  restart(): void {
    this.#part();
    if (document.visibilityState === 'visible') this.#join();
  }
}

export const feed = new Feed();
