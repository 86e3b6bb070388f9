import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const post = vi.fn();
const remove = vi.fn();
vi.mock('../../api/client', () => ({
  api: { post, delete: remove },
  Problem: class extends Error {},
}));

const { Lease, RENEW_MS } = await import('./lease');

beforeEach(() => {
  vi.useFakeTimers();
  post.mockReset().mockResolvedValue({ until: 7 });
  remove.mockReset().mockResolvedValue(undefined);
});
afterEach(() => vi.useRealTimers());

const settled = () => vi.advanceTimersByTimeAsync(0);

test('it is taken at once, renewed, and given back once', async () => {
  const told = vi.fn();
  const lease = new Lease('U1', told);
  await settled();
  expect(told).toHaveBeenLastCalledWith({ until: 7, error: null });
  await vi.advanceTimersByTimeAsync(2 * RENEW_MS);
  expect(post).toHaveBeenCalledTimes(3);
  const given = {
    path: { chat: 'U1' },
    query: { holder: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  };
  expect(post).toHaveBeenLastCalledWith('/api/chats/{chat}/lease', {}, given);
  lease.end();
  lease.end();
  await vi.advanceTimersByTimeAsync(2 * RENEW_MS);
  expect(post).toHaveBeenCalledTimes(3);
  expect(remove).toHaveBeenCalledTimes(1);
  expect(remove.mock.calls[0]?.[1]).toEqual({ ...given, keepalive: true });
});

test('that it cannot be had is said, and it is tried again', async () => {
  const told = vi.fn();
  post.mockRejectedValueOnce(new Error('no'));
  const lease = new Lease('U1', told);
  await settled();
  expect(told).toHaveBeenLastCalledWith({ until: null, error: 'no' });
  expect(await lease.renew()).toBe(true);
  expect(told).toHaveBeenLastCalledWith({ until: 7, error: null });
  lease.end();
});

test('an answer that comes after the end changes nothing', async () => {
  const told = vi.fn();
  const lease = new Lease('U1', told);
  lease.end();
  await settled();
  expect(told).not.toHaveBeenCalled();
  expect(await lease.renew()).toBe(false);
});
