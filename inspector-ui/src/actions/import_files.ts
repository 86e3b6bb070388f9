/* HAR files, chosen or dropped: their exchanges join the journal; the bot does not get them. */
import { api } from '../api/client';
import { t } from '../lib/i18n.svelte';
import { attempt } from '../lib/problems';
import { toasts } from '../lib/toasts.svelte';
import { readHar } from '../list/har_file';

export async function importFiles(files: Iterable<File>): Promise<void> {
  for (const file of files) {
    await attempt(async () => {
      const { count, skipped } = await api.post('/api/import', await readHar(file));
      toasts.say(t('import.done', { n: count }), 'imported');
      if (skipped > 0) toasts.say(t('import.skipped', { n: skipped }), 'info');
    });
  }
}
