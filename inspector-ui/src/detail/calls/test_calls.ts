/* Calls for tests. */
import type { Call } from '../../api/types';

const body = (text: string): Call['request']['body'] => ({
  size: text.length,
  sha256: '',
  charset: 'utf-8',
  text,
  truncated: false,
  recorded_whole: true,
  href: '/api/calls/1/request/body',
});

export function call(change: Partial<Call> = {}): Call {
  return {
    id: '1',
    exchange: '7',
    event_index: 0,
    tied_by: 'token',
    at: 1_795_377_903_097,
    took_ms: 38,
    mode: 'passed',
    method: 'POST',
    path: '/v2/bot/message/reply',
    host: 'api.line.me',
    operation: 'replyMessage',
    status: 200,
    problem: null,
    explanation: null,
    request_id: '7d0c1c3e-5a0b-4f39-9a1d-0e2f7c6b8a41',
    sdk: '@line/bot-sdk/11.0.0',
    sends: true,
    request: {
      version: '1.1',
      method: 'POST',
      target: '/v2/bot/message/reply',
      headers: [['content-type', 'application/json']],
      body: body('{"replyToken":"b41f","messages":[{"type":"text","text":"はい"}]}'),
    },
    response: {
      version: '1.1',
      status: 200,
      headers: [],
      body: body('{"sentMessages":[{"id":"5901","quoteToken":"yT7"}]}'),
    },
    ...change,
  };
}
