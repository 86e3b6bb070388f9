import { describe, expect, it } from 'vitest';
import type { Call, Detail } from '../../api/types';
import { row } from '../../list/test_rows';
import { lineSaid, sentMessages } from './call_messages';
import { beforeFirstCall, callName, callTally, callTone, openAtFirst } from './call_words';
import { call } from './test_calls';

describe('a call', () => {
  it('went well, was refused, or reached nobody', () => {
    expect(callTone(call())).toBe('good');
    expect(callTone(call({ status: 400, problem: 'token_used' }))).toBe('refused');
    expect(callTone(call({ status: 429 }))).toBe('refused');
    expect(callTone(call({ mode: 'failed', status: null, response: null }))).toBe('failed');
  });

  it.each([
    ['/v2/bot/message/reply', 'POST message/reply'],
    ['/v2/bot/message/5901/content?x=1', 'POST message/5901/content'],
    ['/oauth2/v2.1/token', 'POST oauth2/v2.1/token'],
    ['/v1/bots/1/users/2/messages', 'POST bots/1/users/2/messages'],
  ])('%s is called %s', (path, name) => {
    expect(callName(call({ path }))).toBe(name);
  });

  it('is counted, in a row and in a detail', () => {
    expect(callTally(row(1))).toEqual({ n: 0, worst: null });
    const calls = [call(), call({ status: 400 })];
    expect(callTally({ ...row(1), calls } as unknown as Detail)).toEqual({
      n: 2,
      worst: 'refused',
    });
    expect(callTally({ ...row(1), calls: [] } as unknown as Detail)).toEqual({ n: 0, worst: null });
  });

  it('opens where something is to be seen', () => {
    const get = call({ id: '1', sends: false });
    const reply = call({ id: '2' });
    const bad = call({ id: '3', status: 400 });
    expect([...openAtFirst([get, reply])]).toEqual(['2']);
    expect([...openAtFirst([get])]).toEqual(['1']);
    expect([...openAtFirst([get, { ...get, id: '5' }])]).toEqual([]);
    expect([...openAtFirst([get, reply, bad])]).toEqual(['3']);
  });

  it('says how long the bot thought before it', () => {
    const detail = (at: number) =>
      ({
        received_at: 1000,
        timings: { called: { at: 10 } },
        calls: [call({ at })],
      }) as unknown as Detail;
    expect(beforeFirstCall(detail(4170))).toBe(3160);
    expect(beforeFirstCall(detail(1100))).toBeNull();
  });
});

const body = (text: string): Call['request']['body'] => ({
  ...call().request.body,
  text,
});

describe('messages of a call', () => {
  const refused = call({
    status: 400,
    request: {
      ...call().request,
      body: body('{"messages":[{"type":"text","text":""},{"type":"sticker"},7]}'),
    },
    response: {
      version: '1.1',
      status: 400,
      headers: [],
      body: body(
        '{"message":"The request body has 3 error(s)","details":[{"message":"May not be empty","property":"messages[0].text"},{"message":"must be specified","property":"messages[1].packageId"},{"message":"bad","property":"to"}]}',
      ),
    },
  });

  it('have the faults that LINE found in each', () => {
    expect(sentMessages(refused)).toEqual([
      {
        message: { type: 'text', text: '' },
        faults: [{ property: 'text', message: 'May not be empty' }],
      },
      {
        message: { type: 'sticker' },
        faults: [{ property: 'packageId', message: 'must be specified' }],
      },
    ]);
    expect(lineSaid(refused)).toEqual({
      message: 'The request body has 3 error(s)',
      faults: [{ property: 'to', message: 'bad' }],
    });
  });

  it('are none where there are none', () => {
    expect(sentMessages(call({ sends: false }))).toEqual([]);
    const no = call({ request: { ...call().request, body: body('no JSON') } });
    expect(sentMessages(no)).toEqual([]);
    expect(lineSaid(call({ response: null }))).toEqual({ message: '', faults: [] });
  });
});
