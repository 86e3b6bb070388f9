import type { shell as en } from '../en/shell';

export const shell: Record<keyof typeof en, string> = {
  'nav.exchanges': '請求紀錄',
  'nav.chat': '聊天',
  'nav.doctor': '環境檢查',
  'nav.label': '畫面',
  skip: '跳到內容',
  close: '關閉',
  back: '返回',
  cancel: '取消',
  retry: '重試',
  copy: '複製',
  'copy.done': '已複製',
  'copy.curl': '已複製 cURL 指令',
  'copy.refused': '瀏覽器不允許此頁複製',
  'pin.done': '{n, plural, =1 {已釘選} other {已釘選 # 筆}}',
  'pin.undone': '{n, plural, =1 {已取消釘選} other {已取消釘選 # 筆}}',
  'delete.done': '已刪除 {n} 筆',
  'delete.left': '{n} 筆尚未完成，因此保留',
  undo: '復原',
  'undo.done': '已復原 {n} 筆',
  'problem.unknown': '發生問題',
};
