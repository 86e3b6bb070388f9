/*
 * What the items of a chat know of one another: whom a message quotes, what a postback said on its button, what an
 * edited message says now. Read once from all items that are loaded.
 */
import type { ChatItem } from '../../api/types';
import { dig, digNumber, digText } from '../../detail/events/raw';
import { actionsIn, postbackWords } from '../tap/outcome';

export interface Quotable {
  item: ChatItem;
  /** of the bot, else of a user */
  out: boolean;
  message: unknown;
}

export interface ChatFacts {
  byMessage: ReadonlyMap<string, Quotable>;
  byQuoteToken: ReadonlyMap<string, Quotable>;
  /** postback data to what its button said */
  postbacks: ReadonlyMap<string, string>;
  /** message id to its newest text */
  edits: ReadonlyMap<string, { text: string; at: number; message: unknown }>;
  /** of users */
  names: ReadonlyMap<string, string>;
}

type Words = readonly [data: string, words: string];

/** An item is looked through once, however often the others change. */
const lookedThrough = new WeakMap<ChatItem, readonly Words[]>();

function postbacksOf(item: ChatItem): readonly Words[] {
  const known = lookedThrough.get(item);
  if (known) return known;
  const found = item.messages
    .flatMap((one) => actionsIn(one.message))
    .map((action): Words => [digText(action, 'data'), postbackWords(action)])
    .filter(([data, words]) => data !== '' && words !== '');
  lookedThrough.set(item, found);
  return found;
}

class Gathering {
  byMessage = new Map<string, Quotable>();
  byQuoteToken = new Map<string, Quotable>();
  postbacks = new Map<string, string>();
  edits = new Map<string, { text: string; at: number; message: unknown }>();
  names = new Map<string, string>();

  #quotable(id: string, token: string, one: Quotable): void {
    if (id !== '') this.byMessage.set(id, one);
    if (token !== '') this.byQuoteToken.set(token, one);
  }

  #event(item: ChatItem): void {
    const { event } = item;
    if (event === null) return;
    const message = dig(event.raw, 'message');
    if (item.user_id !== '' && item.user_name) this.names.set(item.user_id, item.user_name);
    if (event.type === 'message')
      this.#quotable(event.message_id, digText(message, 'quoteToken'), {
        item,
        out: false,
        message,
      });
    if (event.type === 'messageEdited') this.#edit(event.message_id, message, item);
  }

  /** Edits may come out of order: the newest counts. */
  #edit(id: string, message: unknown, item: ChatItem): void {
    const at = digNumber(item.event?.raw, 'timestamp') ?? item.at;
    const known = this.edits.get(id);
    if (!known || known.at < at)
      this.edits.set(id, { text: digText(message, 'text'), at, message });
  }

  #call(item: ChatItem): void {
    if (item.call === null) return;
    for (const one of item.messages) {
      this.#quotable(one.id ?? '', one.quote_token ?? '', {
        item,
        out: true,
        message: one.message,
      });
    }
    for (const [data, words] of postbacksOf(item)) this.postbacks.set(data, words);
  }

  take(item: ChatItem): void {
    this.#event(item);
    this.#call(item);
  }
}

/** `items` newest first, as the agent gives them: what is newer wins. */
export function factsOf(items: readonly ChatItem[]): ChatFacts {
  const all = new Gathering();
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at];
    if (item) all.take(item);
  }
  return all;
}

/** The message that this one quotes: a user's by its id, the bot's by a token. A user's own token quotes nothing. */
export function quotedBy(message: unknown, facts: ChatFacts): Quotable | null {
  const id = digText(message, 'quotedMessageId');
  if (id !== '') return facts.byMessage.get(id) ?? null;
  const token = digText(message, 'id') === '' ? digText(message, 'quoteToken') : '';
  return token === '' ? null : (facts.byQuoteToken.get(token) ?? null);
}
