import { describe, expect, it } from 'vitest';
import type { Detail, Status } from '../../api/types';
import { curlChoices, curlKey } from './curl_menu';

const detail = (...headers: [string, string | null][]): Detail =>
  ({ request: { headers } }) as unknown as Detail;
const status = (kind: string, url: string | null): Status =>
  ({ tunnel: { name: 'a', webhook_url: url }, handler: { kind } }) as unknown as Status;
const signed = detail(['X-Line-Signature', 'abc=']);

describe('curlChoices', () => {
  it('leaves the signature out first', () => {
    expect(curlChoices(signed, status('forward', 'https://a')).map(curlKey)).toEqual([
      'action.curl',
      'action.curl.signed',
      'action.curl.public',
      'action.curl.public_signed',
    ]);
  });

  it('offers no signature where none was recorded', () => {
    for (const d of [detail(['host', 'a']), detail(['x-line-signature', null]), detail()])
      expect(curlChoices(d, status('forward', null)).map(curlKey)).toEqual(['action.curl']);
  });

  it('offers only addresses that there are', () => {
    expect(curlChoices(signed, status('exec', null))).toEqual([]);
    expect(curlChoices(signed, status('exec', 'https://a')).map(curlKey)).toEqual([
      'action.curl.public',
      'action.curl.public_signed',
    ]);
    expect(curlChoices(signed, null).map(curlKey)).toEqual(['action.curl', 'action.curl.signed']);
  });
});
