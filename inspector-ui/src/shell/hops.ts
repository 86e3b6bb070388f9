/* How the strip draws what the agent says: a state for each hop and for each piece of wire. */
import type { Status } from '../api/types';

export type Mark = '' | 'warn' | 'bad' | 'idle' | 'made';

export interface Strip {
  relay: Mark;
  link: Mark;
  laptop: Mark;
  call: Mark;
  bot: Mark;
}

const LINK: Record<Status['link']['state'], Mark> = {
  connecting: 'warn',
  linked: '',
  waiting: 'bad',
  refused: 'bad',
  replaced: 'bad',
};
const BOT: Record<Status['handler']['state'], Mark> = {
  unknown: 'idle',
  ok: '',
  error: 'warn',
  unreachable: 'bad',
};

export function strip(status: Status | null, gone: boolean): Strip {
  if (!status || gone)
    return { relay: 'idle', link: 'idle', laptop: 'idle', call: 'idle', bot: 'idle' };
  const link = LINK[status.link.state];
  const bot = BOT[status.handler.state];
  return { relay: '', link, laptop: link, call: bot, bot };
}

type LineApi = Status['line_api'];

/** Violet while what the bot sends stays here. */
export function lineApiMark(status: Status | null, gone: boolean): Mark {
  if (!status?.line_api || gone) return 'idle';
  return status.line_api.emulating === null ? '' : 'made';
}

export function lineApiWord(port: LineApi): 'off' | 'emulated' | 'auto' | 'pass' {
  if (!port) return 'off';
  if (port.emulating !== null) return 'emulated';
  return port.mode === 'pass' ? 'pass' : 'auto';
}

/** `:4650`; the host is always this computer. */
export function portOf(url: string): string {
  return /:\d+(?=\/|$)/.exec(url)?.[0] ?? url;
}

/** A target's address in the parts that a narrow strip drops first: host, port, path. */
export function targetParts(target: string): { host: string; port: string; path: string } {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(target)
    ? target.replace(/^[a-z0-9+.-]*:\/\//i, '')
    : target;
  const match = /^(\[[^\]]*\]|[^:/\s]*)(:\d+)?(\/\S*)?$/.exec(url);
  if (!match?.[2]) return { host: '', port: target, path: '' };
  const path = match[3] === '/' ? '' : (match[3] ?? '');
  return { host: match[1] ?? '', port: match[2], path };
}
