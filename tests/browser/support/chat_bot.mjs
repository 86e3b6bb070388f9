// A bot of tests/e2e/node as a process of its own.
//
//     const bot = await startBot(secret, 'chat_bot.mjs');
//     bot.address              where webhooks go
//     bot.use('http://...')    the LINE API that it calls
//     await bot.saw((report) => ...)
import { spawn } from 'node:child_process';
import { EventEmitter, on } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PATIENCE } from './stage.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../e2e/node');

class ChatBot {
  #child;
  #news = new EventEmitter();
  reports = [];

  constructor(secret, name) {
    const env = { ...process.env, CHANNEL_SECRET: secret, CHANNEL_ACCESS_TOKEN: 'token', PORT: '0' };
    this.#child = spawn(process.execPath, [join(folder, name)], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const report = JSON.parse(line);
      this.reports.push(report);
      this.#news.emit('report', report);
    });
  }

  get address() {
    return `http://127.0.0.1:${this.reports.find((one) => one.type === 'ready').port}/callback`;
  }

  use(lineApi) {
    this.#child.stdin.write(`${lineApi}\n`);
  }

  events(type) {
    return this.reports.filter((one) => one.type === 'event').map((one) => one.event).filter((one) => one.type === type);
  }

  /** The first report that fits, of those before too. */
  async saw(holds, what) {
    const known = this.reports.find(holds);
    if (known) return known;
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      for await (const [report] of on(this.#news, 'report', { signal })) if (holds(report)) return report;
    } catch (why) {
      throw new Error(`never came true: ${what}`, { cause: why });
    }
  }

  stop() {
    this.#child.kill('SIGTERM');
  }
}

export async function startBot(secret, name = 'chat_bot.mjs') {
  const bot = new ChatBot(secret, name);
  await bot.saw((one) => one.type === 'ready', 'the bot listens');
  return bot;
}
