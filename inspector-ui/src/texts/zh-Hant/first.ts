import type { first as en } from '../en/first';

export const first: Record<keyof typeof en, string> = {
  'first.title': '等待第一個 Webhook',
  'first.lead': '只需要設定一次，完成的步驟會自動打勾。',
  'first.done': '已完成',
  'first.doctor': '哪裡不對嗎？環境檢查會逐步查看。',
  'first.tunnel.title': '通道已連線',
  'first.tunnel.up': '這個網址屬於你，不會改變。',
  'first.tunnel.down': '這台電腦尚未連上中繼，會自動重試。',
  'first.bot.title': '啟動 Bot',
  'first.bot.forward': 'Webhook 會送到 `{target}`。',
  'first.bot.exec': '每個 Webhook 都會執行 `{target}`。',
  'first.bot.echo': '在你自己的 Bot 完成之前，由內建的回音 Bot 回應。',
  'first.bot.gone': '無法連線到 `{target}`。請啟動 Bot；這段期間收到的內容會保留並重試。',
  'first.secret.title': 'Channel secret',
  'first.secret.given': '用來驗證簽章，不會離開這台電腦。',
  'first.secret.needed':
    '有了它，Hookline 就能像你的 Bot 一樣驗證簽章，並說明不符的原因。它在 LINE Developers Console 的 Basic settings，共 32 個字元，由 0 到 9 與 a 到 f 組成。',
  'first.address.title': '把網址告訴 LINE',
  'first.address.how':
    'LINE Developers Console → 你的 channel → Messaging API → Webhook URL：貼上網址，按 Verify，並開啟 Use webhook。',
  'first.address.replies': '同一頁也請關閉自動回應訊息，否則 LINE 會和 Bot 同時回覆使用者。',
  'first.write.title': '傳訊息給 Bot',
  'first.write.how': '用同一頁的 QR code 加好友，然後打個招呼。',
  'first.write.waiting': '等待 Webhook',
  'first.test': '送出測試事件',
  'first.test.hint': '不需手機：在此產生，Bot 的回覆也只留在本機。',
  'first.test.text': '你好',
};
