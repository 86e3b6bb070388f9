/* What is edited before a replay: body, fields and choices; and what of it is sent. */
import type { Detail, Replay } from '../../api/types';
import { jsonFind } from '../../detail/code/json_scan';
import { diffLines } from '../compare/line_diff';
import { isWhole, TIMES_MAX } from '../replay/times';
import { asSent, editable, type HeaderField, isGood, sameFields } from './headers';
import { checkJson, compact, layOut } from './layout';

export type Sign = NonNullable<Replay['sign']>;
export const SIGNS: readonly Sign[] = ['auto', 'again', 'keep', 'wrong', 'none'];

const DIFF_MAX = 256 * 1024;
const size = (text: string): number => new TextEncoder().encode(text).length;

export interface ValueLabel {
  at: number;
  code: 'new' | 'now' | 'true';
}

export class EditState {
  readonly detail: Detail;
  readonly original: string;
  /** Whether the body can be edited at all: it is text, and all of it is here. */
  readonly canEdit: boolean;
  readonly originalFields: readonly HeaderField[];
  readonly #laid: string | null;
  readonly #wasCompact: boolean;

  /** Laid out for reading; it is sent compact again, if it came so. */
  laidOut = $state(false);
  doc = $state('');
  fields = $state<HeaderField[]>([]);
  sign = $state<Sign>('auto');
  fresh = $state(false);
  redelivery = $state(false);
  way = $state<'direct' | 'relay'>('direct');
  target = $state('');
  times = $state('1');

  constructor(detail: Detail, text: string | null) {
    this.detail = detail;
    this.original = text ?? '';
    this.canEdit = text !== null;
    this.#laid = text === null ? null : layOut(text);
    this.#wasCompact = text !== null && compact(text) === text;
    this.laidOut = this.#laid !== null;
    this.doc = this.initial;
    this.originalFields = editable(detail.request.headers);
    this.fields = this.originalFields.map((f) => ({ ...f }));
  }

  get initial(): string {
    return this.laidOut && this.#laid !== null ? this.#laid : this.original;
  }

  get canLayOut(): boolean {
    return this.laidOut || layOut(this.doc) !== null;
  }

  bodyChanged: boolean = $derived.by(() => this.canEdit && this.doc !== this.initial);
  fieldsChanged: boolean = $derived.by(() => !sameFields(this.fields, this.originalFields));
  checked = $derived.by(() => checkJson(this.doc));
  outgoing: string = $derived.by(() => {
    if (!this.bodyChanged) return this.original;
    if (!this.laidOut || !this.#wasCompact) return this.doc;
    return compact(this.doc) ?? this.doc;
  });
  sizes: [number, number] = $derived.by(() => [
    this.detail.request.body.size,
    this.canEdit ? size(this.outgoing) : this.detail.request.body.size,
  ]);
  /** Lines of the document, from 1, that are not as recorded. */
  changedLines: readonly number[] = $derived.by(() => {
    if (!this.bodyChanged || this.doc.length > DIFF_MAX) return [];
    const rows = diffLines(this.initial.split('\n'), this.doc.split('\n'));
    return rows.filter((r) => r.kind !== 'same' && r.b >= 0).map((r) => r.b + 1);
  });
  changedCount: number = $derived.by(() => {
    if (!this.bodyChanged || this.doc.length > DIFF_MAX) return 0;
    return diffLines(this.initial.split('\n'), this.doc.split('\n')).filter(
      (r) => r.kind !== 'same',
    ).length;
  });
  labels: readonly ValueLabel[] = $derived.by(() => {
    const all: ValueLabel[] = [];
    const find = (pattern: string, code: ValueLabel['code']): void => {
      for (const value of jsonFind(this.doc, [pattern])) all.push({ at: value.from, code });
    };
    if (this.fresh) {
      find('/events/*/webhookEventId', 'new');
      find('/events/*/replyToken', 'new');
      find('/events/*/timestamp', 'now');
    }
    if (this.redelivery) find('/events/*/deliveryContext/isRedelivery', 'true');
    return all;
  });

  fieldsGood: boolean = $derived(this.fields.every(isGood));
  timesGood: boolean = $derived(isWhole(this.times, 1, TIMES_MAX));
  touched: boolean = $derived(this.bodyChanged || this.fieldsChanged);
  /** Will the signature be another one than the recorded? */
  signsAgain: boolean = $derived(
    this.sign === 'again' ||
      this.sign === 'wrong' ||
      (this.sign === 'auto' && (this.bodyChanged || this.fresh || this.redelivery)),
  );

  setLaidOut(on: boolean): string {
    const changed = this.bodyChanged;
    const next = on
      ? layOut(this.doc)
      : this.laidOut
        ? changed
          ? this.outgoing
          : this.original
        : this.doc;
    if (next === null) return this.doc;
    this.laidOut = on;
    this.doc = changed ? next : this.initial;
    return this.doc;
  }

  request(): Replay {
    const how: Replay = {
      sign: this.sign,
      fresh: this.fresh,
      redelivery: this.redelivery,
      way: this.way,
      times: Number(this.times),
    };
    if (this.bodyChanged) how.body = this.outgoing;
    if (this.fieldsChanged) how.headers = asSent(this.fields) as Replay['headers'];
    if (this.way === 'direct' && this.target !== '') how.target = this.target;
    return how;
  }
}
