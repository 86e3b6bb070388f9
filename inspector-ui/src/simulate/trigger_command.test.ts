import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { EventType } from '../api/types';
import type { Json } from './event_doc';
import { type Options, Simulator } from './simulator.svelte';
import { shellWord, triggerCommand } from './trigger_command';

const text: EventType = {
  type: 'message',
  sub: 'text',
  group: 'message',
  sample: { type: 'message', message: { type: 'text', text: 'hello' } },
  fields: [
    { path: 'message.text', kind: 'long_text', required: true },
    { path: 'message.quotedMessageId', kind: 'id' },
  ],
  sources: ['user', 'group', 'room'],
  reply_token: true,
};
const event = (message: Json, more: Json = {}): Json => ({
  type: 'message',
  message: { type: 'text', text: 'hello', ...message },
  ...more,
});
const usual: Options = { ...new Simulator().options };
const command = (value: Json, options: Partial<Options> = {}): string =>
  triggerCommand([{ name: 'text', value, file: null }], { ...usual, ...options }, [text]);

describe('hookline trigger', () => {
  it('says no more than it has to', () => {
    expect(command(event({}))).toBe('hookline trigger text');
  });

  it('takes what a shell would change into quotes', () => {
    expect(command(event({ text: "it's $HOME\n`x`" }))).toBe(
      "hookline trigger text 'it'\\''s $HOME\n`x`'",
    );
  });

  it('says who and where', () => {
    const [user, group] = [`U${'1'.repeat(32)}`, `C${'2'.repeat(32)}`];
    const source = { type: 'group', groupId: group, userId: user };
    expect(command(event({}, { source, mode: 'standby' }))).toBe(
      `hookline trigger text --user ${user} --group ${group} --standby`,
    );
  });

  it('sets the other values: texts stay texts, the rest is JSON', () => {
    expect(command(event({ quotedMessageId: '123', emojis: [{ index: 0 }], odd: 'true' }))).toBe(
      'hookline trigger text --set message.quotedMessageId=123' +
        ` --set 'message.emojis=[{"index":0}]' --set 'message.odd="true"'`,
    );
  });

  it('has an option for each choice', () => {
    const options: Partial<Options> = {
      way: 'relay',
      sign: 'wrong',
      times: '10',
      every: '100',
      drip: 500,
      redeliver: true,
      after: '5',
      duplicate: true,
    };
    expect(command(event({}), options)).toBe(
      'hookline trigger text --through relay --sign wrong --times 10 --rate 10 --drip 500ms' +
        ' --redeliver-after 5s --duplicate',
    );
    expect(command(event({}), { target: 'other', every: '5000' })).toBe(
      'hookline trigger text --to other --rate 1',
    );
  });

  it('goes in as JSON where values do not say it', () => {
    const less = { type: 'message', message: { type: 'text' } };
    expect(command(less)).toBe(
      `printf %s '{"type":"message","message":{"type":"text"}}' | hookline trigger --event -`,
    );
    const two = [
      { name: 'text', value: event({}), file: null },
      { name: 'text', value: event({ text: 'b' }), file: 'a.png' },
    ];
    expect(triggerCommand(two, { ...usual, batch: 'each', order: 'reversed' }, [text])).toBe(
      `printf %s '[{"type":"message","message":{"type":"text","text":"hello"}},{"type":"message","message":{"type":"text","text":"b"}}]' | hookline trigger --batch - --each --reorder`,
    );
  });

  it.each(['', 'a b', "''", '$(rm -rf x)', '"\\', 'パス', '*?[a]', '-x', '\t\n'])(
    'a shell reads %j as it was',
    (word) => {
      const said = execFileSync('sh', ['-c', `printf %s ${shellWord(word)}x`], {
        encoding: 'utf8',
      });
      expect(said).toBe(`${word}x`);
    },
  );
});
