import { expect, test } from 'vitest';
import type { ChatItem } from '../api/types';
import { joinNewest } from './chats.svelte';

const item = (id: number, state: ChatItem['state'] = 'received') =>
  ({ id: String(id), state }) as ChatItem;
const ids = (items: readonly ChatItem[]) => items.map((i) => i.id).join(' ');

test('new items come before those that are known', () => {
  expect(ids(joinNewest([item(3), item(2), item(1)], [item(5), item(4), item(3)]))).toBe(
    '5 4 3 2 1',
  );
});

test('an item that changed is replaced', () => {
  const joined = joinNewest([item(2), item(1)], [item(2, 'withdrawn'), item(1)]);
  expect(joined[0]?.state).toBe('withdrawn');
  expect(joined).toHaveLength(2);
});

test('when more came than a page holds, what is known of before does not follow it', () => {
  expect(ids(joinNewest([item(2), item(1)], [item(9), item(8)]))).toBe('9 8');
});

test('nothing is left when everything was deleted', () => {
  expect(joinNewest([item(1)], [])).toEqual([]);
});

test('what did not change stays the same object', () => {
  const known = [item(2), item(1)];
  const joined = joinNewest(known, [item(3), item(2, 'withdrawn'), item(1)]);
  expect(joined[1]).not.toBe(known[0]);
  expect(joined[2]).toBe(known[1]);
});
