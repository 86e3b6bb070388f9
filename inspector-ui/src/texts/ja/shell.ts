import type { shell as en } from '../en/shell';

export const shell: Record<keyof typeof en, string> = {
  'nav.exchanges': '通信',
  'nav.chat': 'トーク',
  'nav.doctor': '環境チェック',
  'nav.label': '画面',
  skip: '本文へ移動',
  close: '閉じる',
  back: '戻る',
  cancel: 'キャンセル',
  retry: '再試行',
  copy: 'コピー',
  'copy.done': 'コピーしました',
  'copy.curl': 'cURLコマンドをコピーしました',
  'copy.refused': 'ブラウザーがコピーを許可していません',
  'pin.done': '{n, plural, =1 {ピン留めしました} other {#件をピン留めしました}}',
  'pin.undone': '{n, plural, =1 {ピン留めを外しました} other {#件のピン留めを外しました}}',
  'delete.done': '{n}件を削除しました',
  'delete.left': '{n}件は処理が終わっていないため残ります',
  undo: '元に戻す',
  'undo.done': '{n}件を元に戻しました',
  'problem.unknown': '問題が起きました',
};
