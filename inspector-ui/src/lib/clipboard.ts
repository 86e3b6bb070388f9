/* Copies, and says so. */
import { t } from './i18n.svelte';
import { toasts } from './toasts.svelte';

export async function copyText(text: string, said: string = t('copy.done')): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.say(said, 'copy');
  } catch {
    toasts.sayError(t('copy.refused'));
  }
}
