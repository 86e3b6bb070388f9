/* The messages in a sending call, and what LINE said of each. */
import type { Call } from '../../api/types';
import { dig, digList, digText } from '../events/raw';

export interface Fault {
  /** `text`, `contents.body`, or empty for the message itself */
  property: string;
  message: string;
}
export interface Sent {
  message: unknown;
  faults: readonly Fault[];
}

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}

const PLACE = /^messages\[(\d{1,3})\]\.?(.*)$/s;

function faultsOf(call: Call): { of: number; fault: Fault }[] {
  return digList(parsed(call.response?.body.text), 'details').map((detail) => {
    const property = digText(detail, 'property');
    const match = PLACE.exec(property);
    const fault = {
      property: match ? (match[2] ?? '') : property,
      message: digText(detail, 'message'),
    };
    return { of: match ? Number(match[1]) : -1, fault };
  });
}

/** At most five, as LINE takes them; none if the body cannot be read. */
const SHOWN = 5;

export function sentMessages(call: Call): Sent[] {
  if (!call.sends) return [];
  const faults = faultsOf(call);
  return digList(parsed(call.request.body.text), 'messages')
    .slice(0, SHOWN)
    .filter((message) => typeof message === 'object' && message !== null)
    .map((message, at) => ({
      message,
      faults: faults.filter(({ of }) => of === at).map(({ fault }) => fault),
    }));
}

/** What LINE said in words, and of which property outside of the messages. */
export function lineSaid(call: Call): { message: string; faults: Fault[] } {
  const said = parsed(call.response?.body.text);
  const message = digText(said, 'message') || digText(said, 'error_description');
  const own = faultsOf(call).filter(({ of }) => of < 0);
  return {
    message: message || String(dig(said, 'error') ?? ''),
    faults: own.map((one) => one.fault),
  };
}
