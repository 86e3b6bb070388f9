/*
 * One event while it is made. The text is what is sent; the form shows the last text that was an event, and writes the
 * text anew when one of its fields is changed.
 */
import { type Json, parseEvent, printEvent, readPath, withPath } from './event_doc';

export interface Content {
  name: string;
  type: string;
  base64: string;
  size: number;
}

/** What is kept of one in a template. */
export interface KeptDraft {
  name: string;
  doc: string;
}

let keys = 0;

export class Draft {
  readonly key = ++keys;
  /** Of its type, as `hookline trigger` calls it. */
  name = $state('');
  /** Counts the texts that do not come from the editor. */
  revision = $state(0);
  value = $state.raw<Json>({});
  good = $state(true);
  content = $state.raw<Content | null>(null);
  /** The editor shows no marks. */
  readonly changedLines: readonly number[] = [];
  readonly labels: readonly never[] = [];
  #doc = $state('');

  constructor(kept: KeptDraft) {
    this.name = kept.name;
    this.doc = kept.doc;
  }

  get doc(): string {
    return this.#doc;
  }

  set doc(text: string) {
    this.#doc = text;
    const value = parseEvent(text);
    this.good = value !== null;
    if (value !== null) this.value = value;
  }

  read(path: string): unknown {
    return readPath(this.value, path);
  }

  put(path: string, value: unknown): void {
    this.#write(withPath(this.value, path, value));
  }

  become(name: string, event: Json): void {
    this.name = name;
    this.content = null;
    this.#write(event);
  }

  #write(event: Json): void {
    this.doc = printEvent(event);
    this.revision++;
  }

  get kept(): KeptDraft {
    return { name: this.name, doc: this.#doc };
  }
}
