import type { list as en } from '../en/list';

export const list: Record<keyof typeof en, string> = {
  'list.empty': '還沒有紀錄',
};
