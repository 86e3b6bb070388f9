import type { list as en } from '../en/list';

export const list: Record<keyof typeof en, string> = {
  'list.empty': 'まだありません',
};
