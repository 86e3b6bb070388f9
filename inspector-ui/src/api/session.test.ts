import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const asked: { url: string; body: string | null }[] = [];
let answers: (() => Response)[] = [];
let place = { hash: '', pathname: '/x/7', search: '?q=a', hostname: '127.0.0.1' };
const replaced = vi.fn();

const open = () => new Response(JSON.stringify({ token: 'T', version: '0.1.0', password: false }));
const refused =
  (code: string, status = 401) =>
  () =>
    new Response(JSON.stringify({ title: '', status, detail: '', code }), { status });
const nobody = () => {
  throw new TypeError('refused');
};

async function load() {
  vi.resetModules();
  return (await import('./session.svelte')).session;
}

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  replaced.mockReset();
  place = { hash: '', pathname: '/x/7', search: '?q=a', hostname: '127.0.0.1' };
  vi.stubGlobal('location', place);
  vi.stubGlobal('history', { state: null, replaceState: replaced });
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push({ url, body: (init.body as string) ?? null });
    return (answers.shift() ?? nobody)();
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('trades the key of the address and takes it out of there', async () => {
  place.hash = '#key=abc_-1';
  answers = [open];
  const session = await load();
  await session.open();
  expect(asked).toEqual([{ url: '/api/session', body: '{"key":"abc_-1"}' }]);
  expect(replaced).toHaveBeenCalledWith(null, '', '/x/7?q=a');
  expect(session.state).toBe('open');
});

it('comes back with its cookie', async () => {
  answers = [open];
  const session = await load();
  await session.open();
  expect(asked[0]?.body).toBeNull();
  expect(session.state).toBe('open');
});

it('is locked without either, and says when a key does not fit', async () => {
  answers = [refused('no_session')];
  const session = await load();
  await session.open();
  expect(session).toMatchObject({ state: 'locked', refusal: '', password: false });
  answers = [refused('no_session')];
  place.hash = '#key=old';
  await session.open();
  expect(session).toMatchObject({ state: 'locked', refusal: 'bad_key' });
});

it('takes a password where others can reach it too', async () => {
  place.hostname = '192.168.1.7';
  answers = [refused('no_session'), refused('bad_password'), refused('too_many', 429), open];
  const session = await load();
  await session.open();
  expect(session.password).toBe(true);
  await session.trade({ password: 'no' });
  expect(session.refusal).toBe('bad_password');
  await session.trade({ password: 'no' });
  expect(session).toMatchObject({ state: 'locked', refusal: 'too_many' });
  await session.trade({ password: 'yes' });
  expect(session).toMatchObject({ state: 'open', refusal: '' });
});

it('asks every two seconds while nobody is there', async () => {
  answers = [nobody, nobody, nobody, open];
  const session = await load();
  await session.open();
  expect(session.state).toBe('gone');
  await vi.advanceTimersByTimeAsync(1900);
  expect(session.state).toBe('gone');
  await vi.advanceTimersByTimeAsync(2200);
  expect(session.state).toBe('open');
  expect(asked).toHaveLength(4);
});

it('asks only once at a time', async () => {
  const session = await load();
  answers = [open];
  await Promise.all([session.recover(), session.recover()]);
  expect(asked).toHaveLength(1);
});
