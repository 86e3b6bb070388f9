/*
 * The conversation that is open: who reads or writes, what is being written, what was tapped, what is chosen.
 *
 * In *simulate* mode a lease is held (see compose/lease.ts) and everything that a user can do sends an event; in
 * *watch* mode nothing is sent, and nothing of the bot is held back.
 */
import { api } from '../api/client';
import { status } from '../api/status.svelte';
import { feed } from '../api/stream.svelte';
import type { Chat, Simulation } from '../api/types';
import { copyText } from '../lib/clipboard';
import { t } from '../lib/i18n.svelte';
import { attempt } from '../lib/problems';
import { toasts } from '../lib/toasts.svelte';
import { canSimulate, simulationOf } from './compose/events';
import { Lease, type LeaseNews } from './compose/lease';
import { SentRuns } from './compose/sent_runs';
import { outcomeOf, type Picking, type SentEvent, sends } from './tap/outcome';

export type Mode = 'simulate' | 'watch';
export type Tool = 'text' | 'sticker' | 'media' | 'location' | 'postback';
export type Asking = { does: 'date'; picking: Picking } | { does: 'open'; address: string };

const NO_LEASE: LeaseNews = { until: null, error: null };
const FILES_MAX = 20;

class Talk {
  chat = $state.raw<Chat | null>(null);
  lease = $state.raw<LeaseNews>(NO_LEASE);
  /** In a group: as whom one writes. */
  speaker = $state('');
  draft = $state('');
  tool = $state<Tool>('text');
  asking = $state.raw<Asking | null>(null);
  sending = $state(false);
  /** Counts up when something was sent from here. */
  sent = $state(0);
  /** Counts up when the text field shall have the focus. */
  wantsText = $state(0);
  #wished = $state.raw<ReadonlyMap<string, Mode>>(new Map());
  #held: Lease | null = null;
  /** By the exchange that carried it. */
  files = $state.raw<ReadonlyMap<string, Blob>>(new Map());
  #runs = new SentRuns({
    failed: (run) => toasts.sayError(t('chat.send.failed', { why: run.error ?? '' })),
    carried: (exchanges, file) => {
      const all = [...this.files, ...exchanges.map((id) => [id, file] as const)];
      this.files = new Map(all.slice(-FILES_MAX));
    },
  });

  constructor() {
    feed.on('run', (run) => this.#runs.news(run));
  }

  /** Real people are only watched until somebody wishes otherwise: to write holds back what the bot sends them. */
  get mode(): Mode {
    const { chat } = this;
    if (chat === null || !canSimulate(chat)) return 'watch';
    const wished = this.#wished.get(chat.id);
    if (wished !== undefined) return wished;
    return chat.test || status.now?.line_api?.configured === false ? 'simulate' : 'watch';
  }

  wish(mode: Mode): void {
    if (this.chat) this.#wished = new Map(this.#wished).set(this.chat.id, mode);
  }

  get mayWrite(): boolean {
    return this.mode === 'simulate';
  }

  open(chat: Chat | null): void {
    if (chat?.id !== this.chat?.id) {
      this.draft = '';
      this.tool = 'text';
      this.speaker = '';
      this.asking = null;
    }
    this.chat = chat;
  }

  /** For an effect: as long as somebody writes in this chat. */
  hold(chat: string): () => void {
    const take = () => {
      this.#held ??= new Lease(chat, (news) => {
        this.lease = news;
      });
    };
    const give = () => {
      this.#held?.end();
      this.#held = null;
      this.lease = NO_LEASE;
    };
    const seen = () => {
      if (document.visibilityState === 'visible') void this.#held?.renew();
    };
    take();
    addEventListener('pagehide', give);
    addEventListener('pageshow', take);
    document.addEventListener('visibilitychange', seen);
    return () => {
      removeEventListener('pagehide', give);
      removeEventListener('pageshow', take);
      document.removeEventListener('visibilitychange', seen);
      give();
    };
  }

  /** True if the agent has taken it. Without the lease nothing is sent. */
  async send(
    events: readonly SentEvent[],
    contents: Simulation['contents'] = {},
    file: Blob | null = null,
  ): Promise<boolean> {
    const { chat } = this;
    if (chat === null || !this.mayWrite || this.sending) return false;
    this.sending = true;
    const went = await attempt(async () => {
      const safe = (this.lease.until ?? 0) > Date.now() + 2000 || (await this.#held?.renew());
      if (!safe) throw new Error(t('chat.lease.none'));
      const wanted = simulationOf(chat, this.speaker, events, contents);
      this.#runs.watch(await api.post('/api/simulate', wanted), file);
    });
    this.sending = false;
    if (went) this.sent += 1;
    return went;
  }

  /** What happens when a user taps something that carries this action. */
  tap(action: unknown): void {
    if (sends(action) && !this.mayWrite) {
      toasts.say(t('chat.tap.watch'), 'info');
      return;
    }
    const outcome = outcomeOf(action);
    if (outcome.does === 'send') {
      void this.send(outcome.events);
      if (outcome.keyboard !== undefined) this.write(outcome.keyboard);
    } else if (outcome.does === 'date' || outcome.does === 'open') this.asking = outcome;
    else if (outcome.does === 'copy') void copyText(outcome.text);
    else if (outcome.does === 'nothing') toasts.say(t('chat.tap.nothing'), 'info');
    else this.tool = outcome.does;
  }

  /** The keyboard opens with this text. */
  write(text: string): void {
    this.tool = 'text';
    this.draft = text;
    this.wantsText += 1;
  }
}

export const talk = new Talk();
