/*
 * The agent's API, typed by docs/inspector-api.yaml: `await api.get('/api/exchanges', { query: { q } })`.
 *
 * Every failure is a Problem. Its code is one of the API's, or `gone` when nobody listens. When the session is
 * refused, or nobody listens, the ones who asked onTrouble() hear of it too.
 */
import { covered, revealed } from '../lib/people';
import type { paths } from './schema';
import type { FilterError, ProblemBody } from './types';

type Verb = 'get' | 'post' | 'delete';
type PathsWith<V extends Verb> = {
  [P in keyof paths]: paths[P] extends Record<V, { responses: unknown }> ? P : never;
}[keyof paths];
type Operation<P extends keyof paths, V extends Verb> = paths[P][V];

type JsonOf<R> = R extends { content: { 'application/json': infer T } } ? T : never;
type Answer<O> = O extends { responses: infer R } ? JsonOf<R[keyof R & (200 | 201 | 202)]> : never;
type Part<O, K extends string> = O extends { parameters: { [X in K]?: infer T } }
  ? Exclude<T, undefined>
  : never;
type Given<P extends keyof paths, V extends Verb> = {
  path?: Part<Operation<P, V>, 'path'> | Part<paths[P], 'path'>;
  query?: Part<Operation<P, V>, 'query'>;
  signal?: AbortSignal;
};
type BodyOf<O> = O extends { requestBody?: { content: { 'application/json': infer T } } }
  ? T
  : never;

export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly filter: FilterError | undefined;

  constructor(body: Pick<ProblemBody, 'code' | 'status' | 'detail' | 'error'>) {
    super(body.detail);
    this.name = 'Problem';
    this.code = body.code ?? 'bad_request';
    this.status = body.status;
    this.filter = body.error;
  }
}

type Trouble = 'locked' | 'gone';

let token = '';
let renew: () => Promise<void> = async () => {};
let heard: (trouble: Trouble) => void = () => {};

export function setToken(value: string): void {
  token = value;
}

/** How to get a new token, after the agent was started again. */
export function onStaleToken(way: () => Promise<void>): void {
  renew = way;
}

export function onTrouble(listener: (trouble: Trouble) => void): void {
  heard = listener;
}

/** The address of a call, for a download or an EventSource. */
export function address(path: string, given: { path?: unknown; query?: unknown } = {}): string {
  const names = (given.path ?? {}) as Record<string, string>;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(revealed(names[name] ?? '')),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries((given.query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined && value !== null && value !== '')
      query.set(name, revealed(String(value)));
  }
  const text = query.toString();
  return text ? `${filled}?${text}` : filled;
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback = {
    code: 'bad_answer',
    status: response.status,
    detail: `${response.status} ${response.statusText}`,
  };
  try {
    const body = (await response.json()) as ProblemBody;
    return new Problem(typeof body?.code === 'string' ? body : fallback);
  } catch {
    return new Problem(fallback);
  }
}

async function send(url: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    heard('gone');
    throw new Problem({ code: 'gone', status: 0, detail: 'Hookline does not answer' });
  }
  if (response.status === 204) return undefined;
  if (response.ok) return covered(await response.json());
  const problem = await problemOf(response);
  if (response.status === 401) heard('locked');
  throw problem;
}

async function get<P extends PathsWith<'get'>>(
  path: P,
  given: Given<P, 'get'> = {},
): Promise<Answer<Operation<P, 'get'>>> {
  const init: RequestInit = { headers: { Accept: 'application/json' } };
  if (given.signal) init.signal = given.signal;
  return (await send(address(path, given), init)) as Answer<Operation<P, 'get'>>;
}

/** With the token; once more with a new one if the agent was started again. */
async function change(method: 'POST' | 'DELETE', url: string, more: RequestInit): Promise<unknown> {
  const once = () =>
    send(url, {
      ...more,
      method,
      headers: { 'Content-Type': 'application/json', 'Hookline-Token': token },
    });
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'bad_token')) throw error;
    await renew();
    return once();
  }
}

async function post<P extends PathsWith<'post'>>(
  path: P,
  body: BodyOf<Operation<P, 'post'>>,
  given: Given<P, 'post'> = {},
): Promise<Answer<Operation<P, 'post'>>> {
  const init: RequestInit = { body: revealed(JSON.stringify(body)) };
  if (given.signal) init.signal = given.signal;
  return (await change('POST', address(path, given), init)) as Answer<Operation<P, 'post'>>;
}

/** `keepalive`: it is sent even if the page goes away meanwhile. */
async function remove<P extends PathsWith<'delete'>>(
  path: P,
  given: Given<P, 'delete'> & { keepalive?: boolean } = {},
): Promise<void> {
  await change('DELETE', address(path, given), { keepalive: given.keepalive ?? false });
}

export const api = { get, post, delete: remove };
