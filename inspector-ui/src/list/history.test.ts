import { expect, it } from 'vitest';
import { remember } from './history';

it('has the newest first, each once, and not too many', () => {
  expect(remember(['a', 'b'], ' b ')).toEqual(['b', 'a']);
  expect(remember(['a'], '  ')).toEqual(['a']);
  const full = Array.from({ length: 20 }, (_, index) => `q${index}`);
  expect(remember(full, 'new')).toHaveLength(20);
  expect(remember(full, 'new')[0]).toBe('new');
});
