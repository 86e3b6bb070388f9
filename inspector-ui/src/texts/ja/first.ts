import type { first as en } from '../en/first';

export const first: Record<keyof typeof en, string> = {
  'first.title': '最初のWebhookを待っています',
  'first.lead': '最初に一度だけ行う作業です。終わったものには自動で印が付きます。',
  'first.done': '完了',
  'first.doctor': 'うまくいかないときは、環境チェックで各段階を確認できます。',
  'first.tunnel.title': 'トンネルの接続',
  'first.tunnel.up': 'このアドレスはあなた専用で、変わりません。',
  'first.tunnel.down': 'まだリレーに接続していません。自動で再試行します。',
  'first.bot.title': 'Botの起動',
  'first.bot.forward': 'Webhookは`{target}`に届きます。',
  'first.bot.exec': 'Webhookごとに`{target}`を実行します。',
  'first.bot.echo': '自分のBotができるまでは、内蔵のエコーBotが応答します。',
  'first.bot.gone':
    '`{target}`に接続できません。Botを起動してください。その間に届いたものは保存され、再試行されます。',
  'first.secret.title': 'チャネルシークレット',
  'first.secret.given': '署名の検証に使います。このコンピューターの外には出ません。',
  'first.secret.needed':
    'Botと同じように署名を検証し、合わないときは理由を示します。LINE Developersコンソールの「チャネル基本設定」にあり、0～9とa～fの32文字です。',
  'first.address.title': 'LINEにアドレスを登録',
  'first.address.how':
    'LINE Developersコンソール → チャネル → Messaging API設定 → Webhook URLにアドレスを貼り付け、「検証」を押し、「Webhookの利用」をオンにします。',
  'first.address.replies':
    '同じ画面で応答メッセージもオフにしてください。オンのままだと、BotとLINEの両方が返信します。',
  'first.write.title': 'Botに話しかける',
  'first.write.how': '同じタブのQRコードで友だち追加し、あいさつを送ってください。',
  'first.write.waiting': 'Webhookを待っています',
  'first.test': 'テストイベントを送る',
  'first.test.hint': 'スマートフォン不要。ここで作り、Botの返信もこのPC内にとどまります。',
  'first.test.text': 'こんにちは',
};
