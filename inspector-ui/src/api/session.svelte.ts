/*
 * Whether this browser may look, and whether the agent is there.
 *
 * The key of the printed address comes in the fragment. It is traded for a cookie and taken out of the address
 * before anything else can read or keep it.
 */

import { api, onTrouble, Problem, setToken } from './client';
import type { Session } from './types';

export type SessionState = 'opening' | 'open' | 'locked' | 'gone';

function takeKey(): string | null {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key !== null) history.replaceState(history.state, '', location.pathname + location.search);
  return key;
}

class SessionStore {
  state = $state<SessionState>('opening');
  version = $state('');
  /** Others may open it with a password: so says the refusal, or a session of before. */
  password = $state(false);
  /** Code of why the last attempt was refused, or empty. */
  refusal = $state('');

  constructor() {
    onTrouble((trouble) => {
      if (trouble === 'locked') this.state = 'locked';
      else if (this.state === 'open') this.state = 'gone';
    });
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
    if (error.status === 401 || error.status === 403 || error.status === 429) {
      this.state = 'locked';
      this.refusal = error.code === 'no_session' ? '' : error.code;
      if (error.code === 'bad_password' || error.code === 'password_needed') this.password = true;
    } else {
      this.state = 'gone';
    }
  }

  /** At the start: with the key of the address, else with the cookie of before. */
  async open(): Promise<void> {
    const key = takeKey();
    if (key !== null) await this.trade({ key });
    else await this.renew();
  }

  async trade(secret: { key?: string; password?: string }): Promise<void> {
    try {
      this.#enter(await api.post('/api/session', secret));
    } catch (error) {
      this.#refuse(error);
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
}

export const session = new SessionStore();
