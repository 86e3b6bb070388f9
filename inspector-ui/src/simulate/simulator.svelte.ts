/* Everything on the Simulate screen that is sent: the events, and how they go. It outlives the screen. */

import { EVERY_MAX_MS, isWhole, TIMES_MAX } from '../actions/replay/times';
import type { EventType, Simulation } from '../api/types';
import { Draft, type KeptDraft } from './draft.svelte';
import type { Json } from './event_doc';
import { nameOf } from './event_type';

export const BATCH_MAX = 100;
export const REDELIVER_MAX_S = 60;
export const DRIPS_MS = [0, 500, 1000, 2000, 5000, 10_000, 30_000] as const;
export const ORDERS = ['listed', 'reversed', 'shuffled'] as const;
export const SIGNS = ['right', 'previous', 'wrong', 'missing'] as const;

export interface Options {
  batch: 'one' | 'each';
  order: (typeof ORDERS)[number];
  way: 'direct' | 'relay';
  target: string;
  sign: (typeof SIGNS)[number];
  times: string;
  every: string;
  drip: number;
  redeliver: boolean;
  after: string;
  duplicate: boolean;
}

const USUAL: Options = {
  batch: 'one',
  order: 'listed',
  way: 'direct',
  target: '',
  sign: 'right',
  times: '1',
  every: '0',
  drip: 0,
  redeliver: false,
  after: '10',
  duplicate: false,
};

/** Members of an event that a change of its type leaves alone. */
const SHARED = ['source', 'mode', 'timestamp'];

export class Simulator {
  drafts = $state.raw<readonly Draft[]>([]);
  at = $state(0);
  options = $state<Options>({ ...USUAL });

  draft: Draft | null = $derived(this.drafts[this.at] ?? null);
  timesGood: boolean = $derived(isWhole(this.options.times, 1, TIMES_MAX));
  everyGood: boolean = $derived(isWhole(this.options.every, 0, EVERY_MAX_MS));
  afterGood: boolean = $derived(
    !this.options.redeliver || isWhole(this.options.after, 0, REDELIVER_MAX_S),
  );
  good: boolean = $derived(
    this.drafts.length > 0 &&
      this.drafts.every((draft) => draft.good) &&
      this.timesGood &&
      this.everyGood &&
      this.afterGood,
  );
  /** How many requests the bot will get. */
  webhooks: number = $derived.by(() => {
    const each = this.options.batch === 'each' ? this.drafts.length : 1;
    const copies = 1 + (this.options.duplicate ? 1 : 0) + (this.options.redeliver ? 1 : 0);
    return each * copies * (this.timesGood ? Number(this.options.times) : 1);
  });

  /** The event that is edited becomes one of this type; who sent it stays, if such an event can be sent there. */
  choose(type: EventType): void {
    const draft = this.draft;
    if (!draft) {
      this.drafts = [new Draft({ name: '', doc: '{}' })];
      this.at = 0;
      this.choose(type);
      return;
    }
    const kept = SHARED.filter((name) => Object.hasOwn(draft.value, name));
    const shared = Object.fromEntries(kept.map((name) => [name, draft.value[name]]));
    const source = (shared.source ?? {}) as { type?: string };
    if (!(type.sources as string[]).includes(source.type ?? '')) delete shared.source;
    draft.become(nameOf(type), { ...(type.sample as Json), ...shared });
  }

  add(): void {
    if (!this.draft || this.drafts.length >= BATCH_MAX) return;
    const copy = new Draft(this.draft.kept);
    copy.content = this.draft.content;
    this.drafts = this.drafts.toSpliced(this.at + 1, 0, copy);
    this.at += 1;
  }

  remove(at: number): void {
    if (this.drafts.length < 2) return;
    this.drafts = this.drafts.toSpliced(at, 1);
    if (this.at > at || this.at >= this.drafts.length) this.at -= 1;
  }

  move(from: number, to: number): void {
    const moved = this.drafts[from];
    if (!moved || to < 0 || to >= this.drafts.length) return;
    this.drafts = this.drafts.toSpliced(from, 1).toSpliced(to, 0, moved);
    this.at = to;
  }

  load(drafts: readonly KeptDraft[], options: Partial<Options>): void {
    this.drafts = drafts.slice(0, BATCH_MAX).map((kept) => new Draft(kept));
    this.at = 0;
    this.options = { ...USUAL, ...options };
  }

  request(): Simulation {
    const { batch, order, way, target, sign, drip, duplicate } = this.options;
    const contents = this.drafts.flatMap(({ content }, index) =>
      content ? [[String(index), { type: content.type, base64: content.base64 }] as const] : [],
    );
    return {
      events: this.drafts.map((draft) => draft.value),
      batch,
      order,
      way,
      target: way === 'direct' && target !== '' ? target : null,
      sign,
      times: Number(this.options.times),
      every_ms: Number(this.options.every),
      drip_ms: drip,
      redeliver_after_ms: this.options.redeliver ? Number(this.options.after) * 1000 : null,
      duplicate,
      ...(contents.length > 0 ? { contents: Object.fromEntries(contents) } : {}),
    };
  }
}

export const simulator = new Simulator();
