/* The editor's own words, for its search. */
import { t } from '../../lib/i18n.svelte';

export function editorPhrases(): Record<string, string> {
  return {
    Find: t('edit.search.find'),
    Replace: t('edit.search.replace'),
    next: t('edit.search.next'),
    previous: t('edit.search.previous'),
    all: t('edit.search.all'),
    'match case': t('edit.search.case'),
    regexp: t('edit.search.regexp'),
    'by word': t('edit.search.word'),
    replace: t('edit.search.replace_one'),
    'replace all': t('edit.search.replace_all'),
    close: t('close'),
    'Control character': t('edit.special'),
  };
}
