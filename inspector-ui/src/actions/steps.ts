/* Carries out what a finding proposes. */
import type { Detail } from '../api/types';
import type { NextStep } from '../detail/diagnosis/finding_words';
import { router } from '../lib/router.svelte';
import { replayAs, settle } from './actions';

export function takeStep(detail: Detail, step: NextStep): void {
  const { go } = step;
  switch (go.kind) {
    case 'filter':
      router.filter(go.q);
      break;
    case 'tab':
      router.go({ room: 'exchange', id: detail.id, tab: go.tab });
      break;
    case 'exchange':
      router.go({ room: 'exchange', id: go.id, tab: 'events' });
      break;
    case 'doctor':
      router.go({ room: 'doctor' });
      break;
    case 'replay':
      void replayAs(detail.id, { sign: go.sign, fresh: go.fresh });
      break;
    case 'pending':
      void settle(go.decision, detail.id);
      break;
  }
}
