/*
 * Whether this browser may look, and whether the agent is there.
 *
 * The key of the printed address comes in the fragment. It is traded for a cookie and taken out of the address
 * before anything else can read or keep it. While the agent is gone it is asked for every two seconds.
 */
import { api, onStaleToken, onTrouble, Problem, setToken } from './client';
import type { Session } from './types';

export type SessionState = 'opening' | 'open' | 'locked' | 'gone';

const RETRY_MS = 2000;
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost|.*\.localhost)$/;

function takeKey(): string | null {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key !== null) history.replaceState(history.state, '', location.pathname + location.search);
  return key;
}

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

class SessionStore {
  state = $state<SessionState>('opening');
  version = $state('');
  /** A password may open it: under an address that others can reach too there has to be one. */
  password = $state(false);
  /** Code of why the last attempt was refused, or empty. */
  refusal = $state('');
  #recovery: Promise<void> | null = null;

  constructor() {
    onStaleToken(() => this.renew());
    onTrouble((trouble) => {
      if (trouble === 'locked') this.state = 'locked';
      else if (this.state === 'open') {
        this.state = 'gone';
        void this.recover();
      }
    });
    // The printed address, opened in a tab that already shows the page, changes nothing but the fragment.
    globalThis.addEventListener?.('hashchange', () => void this.open());
  }

  #enter(session: Session): void {
    setToken(session.token);
    this.version = session.version;
    this.password = session.password;
    this.refusal = '';
    this.state = 'open';
  }

  #refuse(error: unknown): void {
    if (!(error instanceof Problem)) throw error;
    const refused = error.status === 401 || error.status === 403 || error.status === 429;
    this.state = refused ? 'locked' : 'gone';
    if (!refused) return;
    this.refusal = error.code === 'no_session' ? '' : error.code;
    this.password ||= !LOOPBACK.test(location.hostname) || error.code === 'bad_password';
  }

  /** At the start: with the key of the address, else with the cookie of before. */
  async open(): Promise<void> {
    const key = takeKey();
    if (key === null && this.state === 'open') return;
    if (key === null) await this.renew();
    else await this.trade({ key });
    if (this.state === 'gone') void this.recover();
  }

  async trade(secret: { key?: string; password?: string }): Promise<void> {
    try {
      this.#enter(await api.post('/api/session', secret));
    } catch (error) {
      this.#refuse(error);
      if (secret.key !== undefined && this.state === 'locked') this.refusal = 'bad_key';
    }
  }

  /** Asks again; the token is new when the agent was started again. */
  async renew(): Promise<void> {
    try {
      this.#enter(await api.get('/api/session'));
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** Asks until the agent answers, whatever it says. */
  recover(): Promise<void> {
    this.#recovery ??= this.#askUntilThere().finally(() => {
      this.#recovery = null;
    });
    return this.#recovery;
  }

  async #askUntilThere(): Promise<void> {
    await this.renew();
    while (this.state === 'gone') {
      await pause(RETRY_MS);
      await this.renew();
    }
  }
}

export const session = new SessionStore();
