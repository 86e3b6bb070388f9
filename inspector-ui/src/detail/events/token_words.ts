/* What the clock of a reply token says. */
import { clock, duration } from '../../lib/format';
import { language, t } from '../../lib/i18n.svelte';
import type { ReplyToken, TokenReading } from './token_clock';

export function tokenWords(token: ReplyToken, reading: TokenReading): string {
  if (reading.state === 'replay') return t('detail.token.replay');
  if (reading.state === 'used')
    return reading.after === null
      ? t('detail.token.used')
      : t('detail.token.used_after', { time: duration(reading.after, language()) });
  if (reading.state === 'live' && token.expires_at !== null)
    return t('detail.token.live', { time: clock(token.expires_at), left: reading.left });
  return token.expires_at === null
    ? t('detail.token.expired')
    : t('detail.token.expired_at', { time: clock(token.expires_at) });
}
