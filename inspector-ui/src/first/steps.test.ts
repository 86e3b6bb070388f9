import { expect, test } from 'vitest';
import type { Status } from '../api/types';
import { stepStates } from './steps';

function status(changes: {
  link?: Status['link']['state'];
  handler?: Partial<Status['handler']>;
  secrets?: Status['secrets'];
}): Status {
  return {
    link: { state: changes.link ?? 'linked' },
    handler: { kind: 'forward', state: 'unknown', ...changes.handler },
    secrets: changes.secrets ?? [{ label: 'line 1', provider: 'line', plausible: true }],
  } as Status;
}

test('without a link that is the thing to do, and nothing else is', () => {
  const states = stepStates(status({ link: 'waiting' }));
  expect(states).toMatchObject({ tunnel: 'now', bot: 'next', address: 'next', write: 'next' });
});

test('a bot that nobody has asked yet does not hold up the address', () => {
  expect(stepStates(status({}))).toMatchObject({ bot: 'next', secret: 'done', address: 'now' });
});

test('a bot that is not there does', () => {
  const states = stepStates(status({ handler: { state: 'unreachable' } }));
  expect(states).toMatchObject({ bot: 'now', address: 'next' });
});

test('an echo bot is always there', () => {
  expect(stepStates(status({ handler: { kind: 'echo' } })).bot).toBe('done');
});

test('a secret that cannot be one is still to be given', () => {
  const odd = [{ label: 'line 1', provider: 'line', plausible: false }];
  expect(stepStates(status({ secrets: odd }))).toMatchObject({ secret: 'now', address: 'next' });
  expect(stepStates(status({ secrets: [] })).secret).toBe('now');
});
