import { describe, expect, it } from 'vitest';
import type { ChatItem } from '../../api/types';
import { type Entry, entries, quickReplies } from './entries';
import { factsOf, quotedBy } from './facts';
import { atEnd, downwards, grown, MOST, STEP, slice, upwards } from './window';

let number = 0;
function item(change: Partial<ChatItem>): ChatItem {
  number += 1;
  return {
    id: String(number),
    kind: 'message',
    at: number * 1000,
    exchange: '1',
    event: null,
    call: null,
    messages: [],
    user_id: 'U1',
    user_name: null,
    state: 'received',
    ...change,
  };
}
function said(raw: Record<string, unknown>, change: Partial<ChatItem> = {}): ChatItem {
  const message = raw.message as { id?: string } | undefined;
  const event = { type: raw.type, message_id: message?.id ?? '', raw } as ChatItem['event'];
  return item({ kind: raw.type === 'message' ? 'message' : 'system', event, ...change });
}
function called(messages: unknown[], change: Partial<ChatItem> = {}, call = {}): ChatItem {
  return item({
    kind: 'call',
    user_id: '',
    state: 'emulated',
    call: {
      id: '9',
      operation: 'replyMessage',
      path: '/',
      sends: true,
      ...call,
    } as ChatItem['call'],
    messages: messages.map((message, at) => ({
      message,
      id: `m${at}`,
      quote_token: `q${at}`,
      errors: [],
    })),
    ...change,
  });
}
const text = (words: string, more = {}) => ({
  type: 'message',
  message: { type: 'text', text: words, ...more },
});
const day = (at: number) => Math.floor(at / 100_000_000);
const sketch = (all: Entry[]) =>
  all.map((e) => (e.kind === 'bubble' ? `${e.side}${e.follows ? '+' : ''}` : e.kind)).join(' ');

describe('lines', () => {
  it('are bubbles of both sides, grey lines and days', () => {
    const items = [
      called([], {}, { operation: 'showLoadingAnimation', sends: false }),
      said({ type: 'follow' }),
      said(text('a')),
      said(text('b')),
      called([{ type: 'text' }, { type: 'sticker' }]),
      called([], {}, { operation: 'getProfile', sends: false }),
      said({ type: 'postback', postback: { data: 'x' } }),
    ].reverse();
    expect(sketch(entries(items, day))).toBe('day system system out out+ in in+ out');
  });

  it('do not join two people', () => {
    const items = [said(text('a')), said(text('b'), { user_id: 'U2' })].reverse();
    expect(sketch(entries(items, day))).toBe('day out out');
  });

  it('say that a call which held no messages was refused', () => {
    expect(sketch(entries([called([], { state: 'refused' })], day))).toBe('day system');
    expect(sketch(entries([called([], { state: 'sent' })], day))).toBe('');
  });
});

describe('quick replies', () => {
  const quick = (label: string) => ({
    type: 'text',
    quickReply: { items: [{ type: 'action', action: { type: 'message', label } }] },
  });

  it('are those of the last message that came', () => {
    expect(quickReplies([called([quick('no'), quick('yes')]), said(text('x'))])).toEqual([
      { type: 'message', label: 'yes' },
    ]);
  });

  it('go when the user says something, or the bot says more', () => {
    expect(quickReplies([said(text('x')), called([quick('yes')])])).toEqual([]);
    expect(quickReplies([called([{ type: 'text' }]), called([quick('yes')])])).toEqual([]);
  });

  it('stay when a message is refused or something else happens', () => {
    const refused = called([{ type: 'text' }], { state: 'refused' });
    const read = called([], {}, { operation: 'markMessagesAsRead', sends: false });
    expect(quickReplies([read, refused, called([quick('yes')])])).toHaveLength(1);
  });
});

describe('what items know of one another', () => {
  it('is whom they quote', () => {
    const first = said(text('first', { id: '100', quoteToken: 'qt' }));
    const bots = called([{ type: 'text', text: 'mine' }]);
    const facts = factsOf([bots, first]);
    expect(quotedBy({ quotedMessageId: '100' }, facts)?.item).toBe(first);
    expect(quotedBy({ quotedMessageId: 'm0' }, facts)?.item).toBe(bots);
    expect(quotedBy({ quoteToken: 'qt' }, facts)?.out).toBe(false);
    expect(quotedBy({ quotedMessageId: '5' }, facts)).toBeNull();
    expect(quotedBy({ id: '100', quoteToken: 'qt' }, facts)).toBeNull();
    expect(quotedBy({}, facts)).toBeNull();
  });

  it('is what the button of a postback said', () => {
    const button = (label: string) => ({
      type: 'template',
      template: { actions: [{ type: 'postback', data: 'buy', label }] },
    });
    expect(factsOf([called([button('new')]), called([button('old')])]).postbacks.get('buy')).toBe(
      'new',
    );
  });

  it('is the newest edit, whenever it came', () => {
    const edit = (words: string, timestamp: number) => ({
      type: 'messageEdited',
      timestamp,
      message: { id: '1', type: 'text', text: words },
    });
    const facts = factsOf([said(edit('old', 5)), said(edit('new', 9)), said(text('x'))]);
    expect(facts.edits.get('1')?.text).toBe('new');
  });
});

describe('the window', () => {
  const all = Array.from({ length: 1000 }, (_, at) => at);

  it('begins at the end and never has many nodes', () => {
    let w = atEnd();
    expect(slice(all, w)).toEqual(all.slice(-STEP));
    for (let step = 0; step < 50; step++) w = upwards(w, all.length);
    expect(slice(all, w)[0]).toBe(0);
    expect(slice(all, w)).toHaveLength(MOST);
    for (let step = 0; step < 50; step++) w = downwards(w);
    expect(slice(all, w).at(-1)).toBe(999);
    expect(slice(all, w).length).toBeLessThanOrEqual(MOST);
  });

  it('leaves what is read in its place when more comes', () => {
    const up = upwards(upwards(upwards(atEnd(), 1000), 1000), 1000);
    const more = [...all, 1000, 1001];
    expect(slice(more, grown(up, 2, false))[0]).toBe(slice(all, up)[0]);
  });

  it('follows the end for who is there', () => {
    const w = grown(atEnd(), 2, true);
    expect(slice([...all, 1000, 1001], w).at(-1)).toBe(1001);
    expect(grown({ skip: 0, count: MOST }, 5, true)).toEqual({ skip: 0, count: MOST });
  });
});
