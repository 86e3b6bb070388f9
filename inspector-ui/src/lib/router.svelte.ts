/* Where the user is: the path says the room, `q` the filter. Everything else is state of a room. */
export const TABS = ['events', 'request', 'response', 'line-api', 'timeline', 'diagnosis'] as const;
export type Tab = (typeof TABS)[number];

export type Route =
  | { room: 'list' }
  | { room: 'exchange'; id: string; tab: Tab }
  | { room: 'edit'; id: string }
  | { room: 'compare'; a: string; b: string }
  | { room: 'chat'; chat: string | null }
  | { room: 'simulate'; type: string | null }
  | { room: 'doctor' };

const isId = (text: string | undefined): text is string => /^[0-9]{1,19}$/.test(text ?? '');

function exchangeRoute(id: string | undefined, rest: string | undefined): Route {
  if (!isId(id)) return { room: 'list' };
  if (rest === 'edit') return { room: 'edit', id };
  return { room: 'exchange', id, tab: TABS.find((tab) => tab === rest) ?? 'events' };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function parseRoute(path: string): Route {
  const [room, first, second] = path.split('/').slice(1).map(decoded);
  if (room === 'x') return exchangeRoute(first, second);
  if (room === 'compare' && isId(first) && isId(second)) return { room, a: first, b: second };
  if (room === 'chat') return { room, chat: first || null };
  if (room === 'simulate') return { room, type: first || null };
  if (room === 'doctor') return { room };
  return { room: 'list' };
}

export function pathOf(route: Route): string {
  switch (route.room) {
    case 'list':
      return '/';
    case 'exchange':
      return `/x/${route.id}/${route.tab}`;
    case 'edit':
      return `/x/${route.id}/edit`;
    case 'compare':
      return `/compare/${route.a}/${route.b}`;
    case 'chat':
      return route.chat === null ? '/chat' : `/chat/${encodeURIComponent(route.chat)}`;
    case 'simulate':
      return route.type === null ? '/simulate' : `/simulate/${encodeURIComponent(route.type)}`;
    case 'doctor':
      return '/doctor';
  }
}

/** Rooms in which the filter means something. */
const FILTERED: ReadonlySet<Route['room']> = new Set(['list', 'exchange', 'edit', 'compare']);

class Router {
  route = $state.raw<Route>({ room: 'list' });
  /** The filter; it stays when an exchange is opened, and is part of the address that can be pasted. */
  q = $state('');

  start(): void {
    this.#read();
    addEventListener('popstate', () => this.#read());
  }

  #read(): void {
    this.route = parseRoute(location.pathname);
    this.q = new URLSearchParams(location.search).get('q') ?? '';
  }

  href(route: Route, q = this.q): string {
    return pathOf(route) + (q && FILTERED.has(route.room) ? `?${new URLSearchParams({ q })}` : '');
  }

  /** `replace` for steps that Back should not undo, like moving from row to row. */
  go(route: Route, options: { q?: string; replace?: boolean } = {}): void {
    const href = this.href(route, options.q ?? this.q);
    if (href === location.pathname + location.search) return;
    if (options.replace) history.replaceState(null, '', href);
    else history.pushState(null, '', href);
    this.#read();
  }

  filter(q: string): void {
    const { room } = this.route;
    const stays = room === 'list' || room === 'exchange';
    this.go(stays ? this.route : { room: 'list' }, { q });
  }
}

export const router = new Router();

/** For `<a href={...} onclick={follow}>`: same page, but a modified click is the browser's. */
export function follow(event: MouseEvent): void {
  const link = event.currentTarget;
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const url = new URL(link.href);
  router.go(parseRoute(url.pathname), { q: url.searchParams.get('q') ?? '' });
}
