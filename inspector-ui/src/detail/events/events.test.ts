import { describe, expect, it } from 'vitest';
import type { Event } from '../../api/types';
import { eventFields, safeHref } from './event_fields';
import { eventSays } from './event_words';
import { dig, digNumber, eventSource } from './raw';

function event(raw: Record<string, unknown>, change: Partial<Event> = {}): Event {
  const message = raw.message as { type?: string; text?: string } | undefined;
  return {
    type: String(raw.type),
    message_type: message?.type ?? '',
    text: message?.text ?? '',
    source: { type: 'user', id: 'U1', user_id: 'U1' },
    raw,
    ...change,
  } as Event;
}

describe('eventSays', () => {
  const types: Record<string, unknown>[] = [
    { type: 'message', message: { type: 'text', text: 'a' } },
    { type: 'message', message: { type: 'image' } },
    { type: 'message', message: { type: 'video', duration: 5 } },
    { type: 'message', message: { type: 'audio' } },
    { type: 'message', message: { type: 'file', fileName: 'a.pdf' } },
    { type: 'message', message: { type: 'location', title: 'here' } },
    { type: 'message', message: { type: 'sticker', packageId: '1', stickerId: '2' } },
    ...'messageEdited unsend follow unfollow join leave memberJoined memberLeft postback videoPlayComplete beacon accountLink membership module activated deactivated botSuspended botResumed delivery'
      .split(' ')
      .map((type) => ({ type })),
  ];

  it.each(types)('knows $type', (raw) => {
    const says = eventSays(event(raw));
    expect(says).not.toBeNull();
    expect(says?.key ?? says?.quote).toBeTruthy();
  });

  it('does not know what LINE will invent, nor what objects inherit', () => {
    for (const type of ['things', 'constructor', '__proto__', 'toString', ''])
      expect(eventSays(event({ type }))).toBeNull();
    expect(eventSays(event({ type: 'message', message: { type: 'hologram' } }))).toBeNull();
  });

  it('tells variants apart', () => {
    expect(eventSays(event({ type: 'follow', follow: { isUnblocked: true } }))?.key).toBe(
      'detail.say.unblocked',
    );
    expect(eventSays(event({ type: 'beacon', beacon: { type: 'enter' } }))?.key).toBe(
      'detail.say.beacon_enter',
    );
    expect(eventSays(event({ type: 'beacon', beacon: { type: 'warp' } }))).toEqual({
      key: 'detail.say.beacon',
      quote: 'warp',
      mono: true,
    });
    const set = {
      type: 'message',
      message: { type: 'image', imageSet: { id: 'x', index: 1, total: 2 } },
    };
    expect(eventSays(event(set))?.params).toEqual({ index: 1, total: 2 });
  });

  it('bears wrong types everywhere', () => {
    for (const bad of [null, 5, 'x', [], { message: null }, { message: { imageSet: 7 } }])
      expect(() =>
        eventSays(event({ type: 'message', message: { type: 'image' } }, { raw: bad as never })),
      ).not.toThrow();
  });
});

describe('eventFields', () => {
  it('lists what is there, in words', () => {
    const fields = eventFields(
      event({
        type: 'message',
        message: {
          type: 'location',
          latitude: 35.1,
          longitude: 139,
          quoteToken: 'q',
          mention: { mentionees: [{ type: 'all' }, { type: 'user', userId: 'U9' }] },
        },
      }),
    );
    expect(fields.map((f) => [f.key, f.value])).toEqual([
      ['detail.field.coordinates', '35.1, 139'],
      ['detail.field.quote_token', 'q'],
      ['detail.field.mentions', '@all · U9'],
    ]);
  });

  it('finds nothing in nothing', () => {
    expect(eventFields(event({ type: 'x' }, { raw: null as never }))).toEqual([]);
  });
});

describe('safeHref', () => {
  it('lets four schemes through', () => {
    for (const good of ['https://a.example/x', 'http://a', 'tel:+81', 'line://ti/p/x', 'HTTPS://a'])
      expect(safeHref(good)).toBe(good);
    for (const bad of [
      'javascript:alert(1)',
      ' https://a',
      'data:text/html,x',
      '//a',
      'blob:x',
      'https://',
      'java\nscript:x',
    ])
      expect(safeHref(bad), bad).toBeNull();
  });
});

describe('raw', () => {
  it('never looks at a prototype', () => {
    expect(dig({}, 'constructor')).toBeUndefined();
    expect(dig([1], 'length')).toBe(1);
    expect(digNumber({ a: Number.NaN }, 'a')).toBeNull();
  });

  it('cuts events out by bytes', () => {
    const body = '{"e":["🙏","あ"]}';
    const bytes = new TextEncoder().encode(body);
    const from = new TextEncoder().encode('{"e":["🙏",').length;
    expect(eventSource(body, [from, from + 5])).toBe('"あ"');
    expect(eventSource(body, [0, bytes.length])).toBe(body);
    for (const span of [
      [-1, 2],
      [3, 3],
      [0, 999],
      [Number.NaN, 2],
    ] as [number, number][])
      expect(eventSource(body, span)).toBeNull();
    expect(eventSource(null, [0, 1])).toBeNull();
  });
});
