import { describe, expect, it } from 'vitest';
import { parseRoute, pathOf, type Route } from './router.svelte';

const ROUTES: Route[] = [
  { room: 'list' },
  { room: 'exchange', id: '1284', tab: 'timeline' },
  { room: 'edit', id: '9' },
  { room: 'compare', a: '1', b: '9223372036854775807' },
  { room: 'chat', chat: null },
  { room: 'chat', chat: 'U4af/49 %?#' },
  { room: 'simulate', type: null },
  { room: 'simulate', type: 'postback.date' },
  { room: 'exchange', id: '7', tab: 'line-api' },
  { room: 'doctor' },
];

describe('routes', () => {
  it.each(ROUTES)('$room comes back from its path', (route) => {
    expect(parseRoute(pathOf(route))).toEqual(route);
  });

  it('opens the first tab when there is none, or one that is not known', () => {
    expect(parseRoute('/x/7')).toEqual({ room: 'exchange', id: '7', tab: 'events' });
    expect(parseRoute('/x/7/line')).toEqual({ room: 'exchange', id: '7', tab: 'events' });
  });

  it.each([
    '/',
    '/x',
    '/x/',
    '/x/abc/events',
    '/x/-1',
    '/x/12345678901234567890',
    '/compare/1',
    '/compare/1/b',
    '/nothing',
    '/%E0%A4%A',
  ])('shows the list for %s', (path) => {
    expect(parseRoute(path)).toEqual({ room: 'list' });
  });
});
