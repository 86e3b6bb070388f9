import { describe, expect, it } from 'vitest';
import { actionLabel, actionsIn, outcomeOf, pickedEvent, postbackWords, sends } from './outcome';

const sent = (action: unknown) => {
  const outcome = outcomeOf(action);
  return outcome.does === 'send' ? outcome.events : outcome.does;
};

describe('what a tap does', () => {
  it('sends a postback; its words are shown, not sent', () => {
    const action = { type: 'postback', data: 'a=1', displayText: '買う', label: 'Buy' };
    expect(sent(action)).toEqual([{ type: 'postback', postback: { data: 'a=1' } }]);
    expect(postbackWords(action)).toBe('買う');
  });

  it('says the old text of a postback, too', () => {
    expect(sent({ type: 'postback', data: 'a', text: 'hello' })).toEqual([
      { type: 'message', message: { type: 'text', text: 'hello' } },
      { type: 'postback', postback: { data: 'a' } },
    ]);
  });

  it('opens the keyboard with what is to be written', () => {
    const action = { type: 'postback', data: 'a', inputOption: 'openKeyboard', fillInText: '---' };
    expect(outcomeOf(action)).toMatchObject({ does: 'send', keyboard: '---' });
    expect(outcomeOf({ ...action, inputOption: 'openVoice' })).not.toHaveProperty('keyboard');
  });

  it('says the text of a message', () => {
    expect(sent({ type: 'message', label: 'Yes', text: 'はい' })).toEqual([
      { type: 'message', message: { type: 'text', text: 'はい' } },
    ]);
  });

  it('lets a date be picked and sends it as LINE does', () => {
    const outcome = outcomeOf({
      type: 'datetimepicker',
      mode: 'datetime',
      data: 'when',
      initial: '2026-11-22t10:00',
      min: '2026-01-01t00:00',
    });
    if (outcome.does !== 'date') throw new Error(outcome.does);
    expect(outcome.picking).toEqual({
      mode: 'datetime',
      data: 'when',
      initial: '2026-11-22T10:00',
      min: '2026-01-01T00:00',
      max: '',
    });
    expect(pickedEvent(outcome.picking, '2026-11-23T09:30')).toEqual({
      type: 'postback',
      postback: { data: 'when', params: { datetime: '2026-11-23T09:30' } },
    });
    expect(outcomeOf({ type: 'datetimepicker', mode: 'century' }).does).toBe('nothing');
  });

  it('switches rich menus by a postback', () => {
    expect(sent({ type: 'richmenuswitch', richMenuAliasId: 'b', data: 'to-b' })).toEqual([
      {
        type: 'postback',
        postback: { data: 'to-b', params: { newRichMenuAliasId: 'b', status: 'SUCCESS' } },
      },
    ]);
  });

  it('opens addresses, of imagemaps too, copies, and asks for pictures and places', () => {
    expect(outcomeOf({ type: 'uri', uri: 'https://a.test' })).toEqual({
      does: 'open',
      address: 'https://a.test',
    });
    expect(outcomeOf({ type: 'uri', linkUri: 'https://b.test' })).toMatchObject({
      address: 'https://b.test',
    });
    expect(outcomeOf({ type: 'clipboard', clipboardText: 'x' })).toEqual({
      does: 'copy',
      text: 'x',
    });
    expect(['camera', 'cameraRoll', 'location'].map((type) => outcomeOf({ type }).does)).toEqual([
      'media',
      'media',
      'location',
    ]);
  });

  it('does nothing for what it does not know', () => {
    for (const odd of [null, 7, {}, { type: 'constructor' }, { type: 'newThing' }])
      expect(outcomeOf(odd).does).toBe('nothing');
  });

  it('knows what only a writer may do', () => {
    expect(sends({ type: 'camera' })).toBe(true);
    expect(sends({ type: 'uri', uri: 'https://a.test' })).toBe(false);
    expect(sends({ type: 'clipboard', clipboardText: 'x' })).toBe(false);
  });
});

it('names an action by the first words that it has', () => {
  expect(actionLabel({ type: 'uri', uri: 'https://a.test' })).toBe('https://a.test');
  expect(actionLabel({ type: 'postback', data: 'd', label: 'L' })).toBe('L');
  expect(actionLabel(null)).toBe('');
});

it('finds every action of a message', () => {
  const message = {
    type: 'template',
    template: {
      columns: [{ actions: [{ data: '1' }, { data: '2' }], defaultAction: { data: '3' } }],
    },
    quickReply: { items: [{ action: { data: '4' } }] },
  };
  expect(actionsIn(message)).toEqual([{ data: '1' }, { data: '2' }, { data: '3' }, { data: '4' }]);
});
