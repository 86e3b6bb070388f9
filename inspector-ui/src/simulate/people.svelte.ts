/* What the screen asks the agent for once: the types of events, and who may have sent them. */
import { api } from '../api/client';
import type { Chat, EventType, NewChat } from '../api/types';
import { problemText } from '../lib/problems';

/** Nobody real first, and among them who was last there. */
const byUse = (a: Chat, b: Chat): number =>
  Number(b.test) - Number(a.test) || b.last.at - a.last.at;

class Offered {
  types = $state.raw<readonly EventType[]>([]);
  chats = $state.raw<readonly Chat[]>([]);
  problem = $state('');
  loaded = $state(false);

  async load(): Promise<void> {
    try {
      const [types, chats] = await Promise.all([
        api.get('/api/event-types'),
        api.get('/api/chats'),
      ]);
      this.types = types.items;
      this.chats = chats.items;
      this.problem = '';
    } catch (error) {
      this.problem = problemText(error);
    }
    this.loaded = true;
  }

  of(type: string): readonly Chat[] {
    return this.chats.filter((chat) => chat.type === type).sort(byUse);
  }

  async make(wished: NewChat): Promise<Chat> {
    const chat = await api.post('/api/chats', wished);
    this.chats = [chat, ...this.chats];
    return chat;
  }
}

export const offered = new Offered();
