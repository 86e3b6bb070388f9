/* What is left to do before the first webhook: the first step that is not done is the one to do now. */
import type { Status } from '../api/types';

export type StepState = 'done' | 'now' | 'next';
export const STEPS = ['tunnel', 'bot', 'secret', 'address', 'write'] as const;
export type Step = (typeof STEPS)[number];

/** The last two are done by the first webhook itself, which ends this screen. */
function isDone(step: Step, status: Status): boolean {
  switch (step) {
    case 'tunnel':
      return status.link.state === 'linked';
    case 'bot':
      return status.handler.kind !== 'forward' || status.handler.state === 'ok';
    case 'secret':
      return status.secrets.some((secret) => secret.plausible);
    case 'address':
    case 'write':
      return false;
  }
}

export function stepStates(status: Status): Record<Step, StepState> {
  let now = STEPS.findIndex((step) => !isDone(step, status));
  // Nobody has asked the bot yet: that must not stand in the way of telling LINE the address.
  if (STEPS[now] === 'bot' && status.handler.state === 'unknown')
    now = STEPS.findIndex((step) => step !== 'bot' && !isDone(step, status));
  const state = (step: Step, at: number): StepState => {
    if (isDone(step, status)) return 'done';
    return at === now ? 'now' : 'next';
  };
  return Object.fromEntries(STEPS.map((step, at) => [step, state(step, at)])) as Record<
    Step,
    StepState
  >;
}
