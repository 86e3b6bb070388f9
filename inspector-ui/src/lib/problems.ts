/* What a Problem says to people, and a guard for everything that a click starts. */
import { Problem } from '../api/client';
import { t, tCode } from './i18n.svelte';
import { toasts } from './toasts.svelte';

export function problemText(error: unknown): string {
  if (error instanceof Problem) return tCode('problem', error.code);
  return error instanceof Error ? error.message : t('problem.unknown');
}

/** Runs it; a failure becomes a toast. True if it went well. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    toasts.sayError(problemText(error));
    return false;
  }
}
