/* Which cURL commands make sense for an exchange. Its signature is a secret of a kind: never without being asked. */
import type { Detail, Status } from '../../api/types';
import { isSignatureField } from '../../detail/message/signature_field';

export interface CurlChoice {
  signature: boolean;
  to: 'bot' | 'public';
}

export function curlChoices(
  detail: Pick<Detail, 'request'>,
  status: Pick<Status, 'tunnel' | 'handler'> | null,
): CurlChoice[] {
  const signed = detail.request.headers.some(
    ([name, value]) => isSignatureField(name ?? '') && value !== null,
  );
  const open = status !== null && status.tunnel.webhook_url !== null;
  const choices: CurlChoice[] = [];
  if (status === null || status.handler.kind === 'forward')
    choices.push({ signature: false, to: 'bot' });
  if (choices.length > 0 && signed) choices.push({ signature: true, to: 'bot' });
  if (open) choices.push({ signature: false, to: 'public' });
  if (open && signed) choices.push({ signature: true, to: 'public' });
  return choices;
}

export function curlKey(
  choice: CurlChoice,
): 'action.curl' | 'action.curl.signed' | 'action.curl.public' | 'action.curl.public_signed' {
  if (choice.to === 'bot') return choice.signature ? 'action.curl.signed' : 'action.curl';
  return choice.signature ? 'action.curl.public_signed' : 'action.curl.public';
}
