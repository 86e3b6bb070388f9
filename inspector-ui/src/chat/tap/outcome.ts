/* What LINE does when a user taps something: the events it sends, or what happens on the phone. */
import { dig, digText } from '../../detail/events/raw';

/** An event as it is given to the simulation; the agent adds what LINE adds. */
export type SentEvent = Record<string, unknown> & { type: string };

export type PickMode = 'date' | 'time' | 'datetime';
export interface Picking {
  mode: PickMode;
  data: string;
  initial: string;
  min: string;
  max: string;
}

export type Outcome =
  /** `keyboard`: what the text field has in it afterwards. */
  | { does: 'send'; events: SentEvent[]; keyboard?: string }
  | { does: 'date'; picking: Picking }
  | { does: 'media' }
  | { does: 'location' }
  | { does: 'open'; address: string }
  | { does: 'copy'; text: string }
  | { does: 'nothing' };

const NOTHING: Outcome = { does: 'nothing' };
const MODES: readonly PickMode[] = ['date', 'time', 'datetime'];

export function textEvent(text: string): SentEvent {
  return { type: 'message', message: { type: 'text', text } };
}

export function postbackEvent(data: string, params?: Record<string, string>): SentEvent {
  return { type: 'postback', postback: params ? { data, params } : { data } };
}

/** The old `text` of a postback is said by the user, too. */
function postback(action: unknown): Outcome {
  const events = [postbackEvent(digText(action, 'data'))];
  const said = digText(action, 'text');
  if (said !== '') events.unshift(textEvent(said));
  if (digText(action, 'inputOption') !== 'openKeyboard') return { does: 'send', events };
  return { does: 'send', events, keyboard: digText(action, 'fillInText') };
}

/** What native fields want: a large T, no seconds. */
const native = (text: string) => text.replace('t', 'T');

function date(action: unknown): Outcome {
  const mode = MODES.find((one) => one === digText(action, 'mode'));
  if (mode === undefined) return NOTHING;
  const [initial, min, max] = ['initial', 'min', 'max'].map((name) =>
    native(digText(action, name)),
  ) as [string, string, string];
  return { does: 'date', picking: { mode, data: digText(action, 'data'), initial, min, max } };
}

export function pickedEvent(picking: Picking, value: string): SentEvent {
  return postbackEvent(picking.data, { [picking.mode]: value });
}

function richMenu(action: unknown): Outcome {
  const params = {
    newRichMenuAliasId: digText(action, 'richMenuAliasId'),
    status: 'SUCCESS',
  };
  return { does: 'send', events: [postbackEvent(digText(action, 'data'), params)] };
}

const OUTCOMES: Record<string, (action: unknown) => Outcome> = {
  postback,
  message: (action) => ({ does: 'send', events: [textEvent(digText(action, 'text'))] }),
  uri: (action) => ({
    does: 'open',
    address: digText(action, 'uri') || digText(action, 'linkUri'),
  }),
  datetimepicker: date,
  richmenuswitch: richMenu,
  camera: () => ({ does: 'media' }),
  cameraRoll: () => ({ does: 'media' }),
  location: () => ({ does: 'location' }),
  clipboard: (action) => ({ does: 'copy', text: digText(action, 'clipboardText') }),
};

export function outcomeOf(action: unknown): Outcome {
  const type = digText(action, 'type');
  return Object.hasOwn(OUTCOMES, type) ? (OUTCOMES[type]?.(action) ?? NOTHING) : NOTHING;
}

/** Whether it sends something to the bot: only somebody who may write here can do that. */
export function sends(action: unknown): boolean {
  const { does } = outcomeOf(action);
  return does === 'send' || does === 'date' || does === 'media' || does === 'location';
}

/** What a button says, or what is read out for an area that has no words of its own. */
export function actionLabel(action: unknown): string {
  const said = ['label', 'displayText', 'text', 'uri', 'linkUri', 'clipboardText', 'data', 'type'];
  return said.map((name) => digText(action, name)).find((text) => text !== '') ?? '';
}

/** What the chat shows of a postback: its own words, else those on the button. */
export function postbackWords(action: unknown): string {
  return digText(action, 'displayText') || digText(action, 'text') || digText(action, 'label');
}

/** Every action in a message, wherever it stands. */
export function actionsIn(message: unknown): unknown[] {
  const found: unknown[] = [];
  const look = (value: unknown, depth: number) => {
    if (typeof value !== 'object' || value === null || depth > 60) return;
    for (const key of Object.keys(value)) {
      const inner = dig(value, key);
      if (key === 'action' || key === 'defaultAction') found.push(inner);
      if (key === 'actions' && Array.isArray(inner)) found.push(...inner);
      look(inner, depth + 1);
    }
  };
  look(message, 0);
  return found;
}
