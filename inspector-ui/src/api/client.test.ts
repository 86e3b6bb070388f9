import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { address, api, onStaleToken, onTrouble, Problem, setToken } from './client';

const answer = (status: number, body: unknown) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
const fetched = vi.fn<typeof fetch>();
const trouble = vi.fn();

beforeEach(() => {
  vi.stubGlobal('fetch', fetched);
  onTrouble(trouble);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

it('makes addresses that nothing can break out of', () => {
  expect(
    address('/api/chats/{chat}/items', {
      path: { chat: 'U/../x?' },
      query: { before: '7', limit: undefined },
    }),
  ).toBe('/api/chats/U%2F..%2Fx%3F/items?before=7');
  expect(address('/api/exchanges', { query: { q: 'a b&c', total: false } })).toBe(
    '/api/exchanges?q=a+b%26c&total=false',
  );
});

it('sends the token and JSON with what changes something', async () => {
  fetched.mockResolvedValue(answer(200, { count: 1 }));
  setToken('T');
  expect(await api.post('/api/undo', { undo: 'u' })).toEqual({ count: 1 });
  const [url, init] = fetched.mock.calls[0] ?? [];
  expect(url).toBe('/api/undo');
  expect(init).toMatchObject({
    method: 'POST',
    body: '{"undo":"u"}',
    headers: { 'Content-Type': 'application/json', 'Hookline-Token': 'T' },
  });
});

it('gets a new token once, and tries again once', async () => {
  const stale = () => answer(403, { title: '', status: 403, detail: '', code: 'bad_token' });
  fetched.mockResolvedValueOnce(stale()).mockResolvedValueOnce(answer(200, { count: 1 }));
  onStaleToken(async () => setToken('new'));
  expect(await api.post('/api/undo', { undo: 'u' })).toEqual({ count: 1 });
  expect(fetched.mock.calls[1]?.[1]?.headers).toMatchObject({ 'Hookline-Token': 'new' });
  fetched.mockResolvedValueOnce(stale()).mockResolvedValueOnce(stale());
  await expect(api.post('/api/undo', { undo: 'u' })).rejects.toThrow(Problem);
  expect(fetched).toHaveBeenCalledTimes(4);
});

describe('a failure', () => {
  const failing = async () => {
    try {
      await api.get('/api/status');
    } catch (error) {
      return error as Problem;
    }
    throw new Error('it did not fail');
  };

  it('has the code of the agent', async () => {
    const error = { offset: 0, length: 5, code: 'unknown_key', hint: 'status:' };
    fetched.mockResolvedValue(
      answer(400, { title: '', status: 400, detail: 'no', code: 'bad_filter', error }),
    );
    const problem = await failing();
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({
      code: 'bad_filter',
      status: 400,
      message: 'no',
      filter: error,
    });
    expect(trouble).not.toHaveBeenCalled();
  });

  it('of the session is told', async () => {
    fetched.mockResolvedValue(
      answer(401, { title: '', status: 401, detail: '', code: 'no_session' }),
    );
    expect((await failing()).code).toBe('no_session');
    expect(trouble).toHaveBeenCalledWith('locked');
  });

  it('may be that nobody listens', async () => {
    fetched.mockRejectedValue(new TypeError('refused'));
    expect(await failing()).toMatchObject({ code: 'gone', status: 0 });
    expect(trouble).toHaveBeenCalledWith('gone');
  });

  it('may come from something else', async () => {
    fetched.mockResolvedValue(answer(502, '<html>'));
    expect(await failing()).toMatchObject({ code: 'bad_answer', status: 502 });
  });
});
