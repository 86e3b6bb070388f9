export const first = {
  'first.title': 'Ready for the first webhook',
  'first.lead': 'A few things to do, once. They tick by themselves.',
  'first.done': 'done',
  'first.doctor': 'Something does not work? Let the doctor look at every step.',
  'first.tunnel.title': 'The tunnel is up',
  'first.tunnel.up': 'This address is yours and stays the same.',
  'first.tunnel.down': 'This computer is not linked to the relay yet. It tries again by itself.',
  'first.bot.title': 'Your bot listens',
  'first.bot.forward': 'Webhooks go to `{target}`.',
  'first.bot.exec': 'Each webhook runs `{target}`.',
  'first.bot.echo': 'The built-in echo bot answers until you have one of your own.',
  'first.bot.gone':
    'Nothing listens on `{target}`. Start the bot; what comes meanwhile is kept and tried again.',
  'first.secret.title': 'The channel secret',
  'first.secret.given': 'Signatures are checked with it. It never leaves this computer.',
  'first.secret.needed':
    'With it Hookline checks signatures as your bot does, and explains those that do not fit. It is in the LINE Developers Console under Basic settings, 32 characters from 0 to 9 and a to f.',
  'first.address.title': 'Tell LINE the address',
  'first.address.how':
    'LINE Developers Console → your channel → Messaging API → Webhook URL: paste the address, press Verify, and switch Use webhook on.',
  'first.address.replies':
    'Switch auto-reply messages off there too, else LINE answers your users beside your bot.',
  'first.write.title': 'Write to your bot',
  'first.write.how': 'Add it as a friend, by the QR code in the same tab, and say hello.',
  'first.write.waiting': 'Waiting for a webhook',
  'first.test': 'Send a test event',
  'first.test.hint': 'No phone needed: made here, and what your bot replies stays here.',
  'first.test.text': 'Hello',
};
