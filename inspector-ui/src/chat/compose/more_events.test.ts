import { expect, test } from 'vitest';
import type { EventType } from '../../api/types';
import { eventOf, offered } from './more_events';

const type = (name: string, sources: EventType['sources'], sample = {}): EventType => ({
  type: name,
  sub: '',
  group: 'user',
  sample,
  fields: [],
  sources,
  reply_token: true,
});

test('only events of this kind of chat are offered, and none that has its own place', () => {
  const all = [
    type('message', ['user', 'group']),
    type('follow', ['user']),
    type('join', ['group', 'room']),
    type('postback', ['user']),
    type('delivery', ['none']),
  ];
  expect(offered(all, 'user').map((one) => one.type)).toEqual(['follow']);
  expect(offered(all, 'room').map((one) => one.type)).toEqual(['join']);
});

test('a sample is sent as of whoever speaks', () => {
  const sample = { type: 'beacon', source: { type: 'user', userId: 'U0' }, beacon: { hwid: 'a' } };
  expect(eventOf(type('beacon', ['user'], sample), '')).toEqual({
    type: 'beacon',
    beacon: { hwid: 'a' },
  });
});

test('to unsend takes back what was said last', () => {
  const unsend = type('unsend', ['user'], { unsend: { messageId: '1' } });
  expect(eventOf(unsend, '42').unsend).toEqual({ messageId: '42' });
  expect(eventOf(unsend, '').unsend).toEqual({ messageId: '1' });
});
