import { describe, expect, it } from 'vitest';
import type { EventType } from '../api/types';
import { base64Of } from './content';
import { Draft } from './draft.svelte';
import { differences, parseEvent, withPath } from './event_doc';
import { findTypes, hasContent, nameOf } from './event_type';
import { fieldText, fieldValue } from './field_value';
import { Simulator } from './simulator.svelte';
import { placeOf, sourceOf } from './source';

const type = (kind: string, sub: string, change: Partial<EventType> = {}): EventType => ({
  type: kind,
  sub,
  group: 'message',
  sample: kind === 'message' ? { type: kind, message: { type: sub, text: 'hi' } } : { type: kind },
  fields: [],
  sources: ['user', 'group', 'room'],
  reply_token: true,
  ...change,
});

describe('types of events', () => {
  const types = [
    type('message', 'text'),
    type('message', 'image.set'),
    type('postback', 'date', { group: 'user' }),
    type('follow', '', { group: 'user' }),
  ];

  it('are called as on the command line', () => {
    expect(types.map(nameOf)).toEqual(['text', 'image.set', 'postback.date', 'follow']);
  });

  it('are found by each word of their names', () => {
    const found = (typed: string) =>
      findTypes(types, typed).flatMap(({ types: some }) => some.map(nameOf));
    expect(found('')).toHaveLength(4);
    expect(found('IMAGE')).toEqual(['image.set']);
    expect(found('message set')).toEqual(['image.set']);
    expect(found('ｆｏｌ')).toEqual(['follow']);
    expect(found('hologram')).toEqual([]);
  });

  it('have a content if the bot can ask for one', () => {
    expect(types.map(hasContent)).toEqual([false, true, false, false]);
    expect(hasContent(type('message', 'image.external'))).toBe(false);
  });
});

describe('an event', () => {
  it('is changed by paths, and the rest stays', () => {
    const event = { type: 'message', message: { type: 'text', text: 'a', id: '1' } };
    expect(withPath(event, 'message.text', 'b')).toEqual({
      type: 'message',
      message: { type: 'text', text: 'b', id: '1' },
    });
    expect(withPath(event, 'message.id', undefined).message).toEqual({ type: 'text', text: 'a' });
    expect(withPath(event, 'postback.params.date', 'x')).toMatchObject({
      postback: { params: { date: 'x' } },
    });
    expect(withPath(event, 'no.such', undefined)).toBe(event);
    expect(withPath({ message: 7 }, 'message.text', 'b')).toEqual({ message: { text: 'b' } });
    expect(event.message.text).toBe('a');
  });

  it('is an object or nothing', () => {
    expect(parseEvent('{"a":1}')).toEqual({ a: 1 });
    for (const text of ['', '[]', 'null', '7', '{"a":']) expect(parseEvent(text), text).toBeNull();
  });

  it('knows how it differs from its sample', () => {
    const sample = { type: 'x', a: { b: 1, c: [1] }, d: true };
    expect(differences(sample, sample)).toEqual([]);
    expect(differences({ type: 'x', a: { b: 2, c: [1], e: { f: 1 } } }, sample)).toEqual([
      ['a.b', 2],
      ['a.e.f', 1],
      ['d', undefined],
    ]);
  });
});

describe('form and text are one document', () => {
  it('follows in both directions', () => {
    const draft = new Draft({ name: 'text', doc: '{"type":"message","message":{"text":"a"}}' });
    expect(draft.read('message.text')).toBe('a');
    draft.doc = '{"type":"message","message":{"text":"b"}}';
    expect(draft.read('message.text')).toBe('b');
    draft.put('message.text', 'c');
    expect(JSON.parse(draft.doc)).toEqual({ type: 'message', message: { text: 'c' } });
    expect(draft.revision).toBe(1);
  });

  it('keeps the last valid form', () => {
    const draft = new Draft({ name: 'text', doc: '{"message":{"text":"a"}}' });
    draft.doc = '{"message":{"text":"a';
    expect(draft.good).toBe(false);
    expect(draft.read('message.text')).toBe('a');
    draft.put('message.text', 'b');
    expect(draft.good).toBe(true);
    expect(JSON.parse(draft.doc)).toEqual({ message: { text: 'b' } });
  });

  it.each([
    ['text', 'a', false, 'a'],
    ['text', '', true, ''],
    ['text', '', false, undefined],
    ['number', '1.5', true, 1.5],
    ['number', ' ', true, undefined],
    ['json', '{"a":[1]}', false, { a: [1] }],
  ] as const)('reads a field of kind %s: %s', (kind, text, required, value) => {
    expect(fieldValue(kind, text, required)).toEqual({ good: true, value });
  });

  it('does not write what is no value', () => {
    expect(fieldValue('number', '1.2.3', true)).toEqual({ good: false });
    expect(fieldValue('json', '{"a"', true)).toEqual({ good: false });
    expect([
      fieldText('json', { a: 1 }),
      fieldText('number', 7),
      fieldText('text', undefined),
    ]).toEqual(['{"a":1}', '7', '']);
  });
});

describe('who and where', () => {
  const user = `U${'1'.repeat(32)}`;
  const group = `C${'2'.repeat(32)}`;
  it.each([
    [undefined, { place: 'user', user: '', chat: '' }],
    [
      { type: 'user', userId: user },
      { place: 'user', user, chat: '' },
    ],
    [
      { type: 'group', groupId: group, userId: user },
      { place: 'group', user, chat: group },
    ],
    [{ type: 'room' }, { place: 'room', user: '', chat: '' }],
  ])('%o there and back', (source, where) => {
    const event = source === undefined ? {} : { source };
    expect(placeOf(event, ['user', 'group'])).toEqual(where);
    expect(sourceOf(placeOf(event, ['user']))).toEqual(source);
  });

  it('is where such an event can be', () => {
    expect(placeOf({}, ['group', 'room']).place).toBe('group');
  });
});

describe('what is sent', () => {
  const text = type('message', 'text');
  const join = type('join', '', { sources: ['group', 'room'] });
  const made = () => {
    const simulator = new Simulator();
    simulator.choose(text);
    return simulator;
  };

  it('is one event, as it is', () => {
    const simulator = made();
    expect(simulator.request()).toEqual({
      events: [text.sample],
      batch: 'one',
      order: 'listed',
      way: 'direct',
      target: null,
      sign: 'right',
      times: 1,
      every_ms: 0,
      drip_ms: 0,
      redeliver_after_ms: null,
      duplicate: false,
    });
    expect([simulator.good, simulator.webhooks]).toEqual([true, 1]);
  });

  it('counts what the bot will get', () => {
    const simulator = made();
    simulator.add();
    simulator.add();
    expect(simulator.webhooks).toBe(1);
    Object.assign(simulator.options, {
      batch: 'each',
      times: '10',
      duplicate: true,
      redeliver: true,
    });
    expect(simulator.webhooks).toBe(90);
    expect(simulator.request()).toMatchObject({ redeliver_after_ms: 10_000, duplicate: true });
  });

  it('is not sent while something is wrong', () => {
    const simulator = made();
    for (const [change, back] of [
      [{ times: '0' }, { times: '1' }],
      [{ every: '60001' }, { every: '0' }],
      [{ redeliver: true, after: '61' }, { redeliver: false }],
    ] as const) {
      Object.assign(simulator.options, change);
      expect(simulator.good, JSON.stringify(change)).toBe(false);
      Object.assign(simulator.options, back);
    }
    expect(simulator.good).toBe(true);
    if (simulator.draft) simulator.draft.doc = '{';
    expect(simulator.good).toBe(false);
  });

  it('keeps the sender when the type changes, where such an event can be', () => {
    const simulator = made();
    simulator.draft?.put('source', { type: 'user', userId: 'U1' });
    simulator.draft?.put('mode', 'standby');
    simulator.choose(join);
    expect(simulator.draft?.value).toEqual({ type: 'join', mode: 'standby' });
    simulator.draft?.put('source', { type: 'group', groupId: 'C1' });
    simulator.choose(text);
    expect(simulator.draft?.value.source).toEqual({ type: 'group', groupId: 'C1' });
  });

  it('is put in order by hand', () => {
    const simulator = made();
    simulator.draft?.put('message.text', 'first');
    simulator.add();
    simulator.draft?.put('message.text', 'second');
    const order = () => simulator.drafts.map((draft) => draft.read('message.text'));
    simulator.move(1, 0);
    expect([order(), simulator.at]).toEqual([['second', 'first'], 0]);
    simulator.move(0, -1);
    simulator.remove(0);
    simulator.remove(0);
    expect([order(), simulator.at]).toEqual([['first'], 0]);
  });

  it('has the files that were chosen', () => {
    const simulator = made();
    simulator.add();
    const content = {
      name: 'a.png',
      type: 'image/png',
      base64: base64Of(new Uint8Array(70_000)),
      size: 70_000,
    };
    if (simulator.draft) simulator.draft.content = content;
    expect(Object.keys(simulator.request().contents ?? {})).toEqual(['1']);
    expect(atob(content.base64)).toHaveLength(70_000);
  });
});
