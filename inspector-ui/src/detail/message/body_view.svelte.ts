/* One body as it is looked at: which view, its lines, the rest of it when that was asked for, and the search. */
import type { Body } from '../../api/types';
import { coveredBody, peopleAreHidden } from '../../lib/people';
import { findHits, type Hit } from '../code/find';
import { bytesOfBase64, hexLines } from '../code/hex';
import { type Line, rawLines } from '../code/pretty';
import { print } from '../code/printer';

export type View = 'pretty' | 'raw' | 'hex';

const HEX_MAX = 256 * 1024;

export class BodyView {
  readonly body: Body;
  view = $state<View>('raw');
  wrap = $state(true);
  printed = $state.raw<Line[] | null>(null);
  printing = $state(false);
  needle = $state('');
  finding = $state(false);
  hitIndex = $state(0);
  failed = $state(false);
  /** The whole bytes, once they were fetched. */
  #whole = $state.raw<Uint8Array | null>(null);
  #text = $state.raw<string | null>(null);
  #stop: AbortController | null = null;

  constructor(body: Body) {
    this.body = body;
    this.#text = body.text;
    if (body.charset === 'binary') this.view = 'hex';
    else void this.#print();
  }

  get truncated(): boolean {
    return this.body.truncated && this.#whole === null;
  }

  get text(): string | null {
    return this.#text;
  }

  get bytes(): Uint8Array {
    if (this.#whole) return this.#whole;
    if (this.body.base64) return bytesOfBase64(this.body.base64);
    return new TextEncoder().encode(this.#text ?? '');
  }

  lines: readonly Line[] = $derived.by(() => this.#lines());
  hits: readonly Hit[] = $derived(this.finding ? findHits(this.lines, this.needle) : []);
  hit: Hit | null = $derived(
    this.hits.length > 0 ? (this.hits[this.hitIndex % this.hits.length] ?? null) : null,
  );

  #lines(): readonly Line[] {
    if (this.view === 'pretty' && this.printed) return this.printed;
    if (this.view !== 'hex' && this.#text !== null) return rawLines(this.#text);
    return hexLines(this.bytes.subarray(0, HEX_MAX)).map((l) => ({
      pieces: [
        { c: 'p', t: `${l.offset}  ` },
        { c: '', t: `${l.bytes} ` },
        { c: 's', t: l.text },
      ],
    }));
  }

  /** How many bytes the hexadecimal view leaves out. */
  get hexRest(): number {
    return this.view === 'hex' ? Math.max(this.bytes.length - HEX_MAX, 0) : 0;
  }

  async #print(): Promise<void> {
    this.#stop?.abort();
    const stop = new AbortController();
    this.#stop = stop;
    const answer = this.#text === null ? null : print(this.#text, stop.signal);
    if (answer instanceof Promise) this.printing = true;
    const lines = await answer;
    if (stop.signal.aborted) return;
    this.printing = false;
    this.printed = lines;
    if (lines) {
      this.view = 'pretty';
      this.wrap = false;
    }
  }

  async loadAll(): Promise<boolean> {
    if (!this.truncated) return true;
    this.failed = false;
    try {
      const response = await fetch(this.body.href);
      if (!response.ok) throw new Error(String(response.status));
      this.#take(new Uint8Array(await response.arrayBuffer()));
      if (this.body.charset !== 'utf-8') return true;
      await this.#print();
      return true;
    } catch {
      this.failed = true;
      return false;
    }
  }

  #take(whole: Uint8Array): void {
    const isText = this.body.charset === 'utf-8';
    if (isText) this.#text = coveredBody(new TextDecoder().decode(whole));
    if (!peopleAreHidden()) this.#whole = whole;
    else this.#whole = isText ? new TextEncoder().encode(this.#text ?? '') : whole.map(() => 0);
  }

  step(by: number): void {
    const count = this.hits.length;
    if (count > 0) this.hitIndex = (this.hitIndex + by + count) % count;
  }

  close(): void {
    this.#stop?.abort();
  }
}
