import { describe, expect, it } from 'vitest';
import { OtherIds } from './other_id';
import { jsonShape, nameFor, shapeOf } from './stand_in';
import { makeVeil } from './veil';

const KEYS = [1, 0x12345678, 0xffffffff, 77];
const id = (n: number) => `U${n.toString(16).padStart(32, '0')}`;
const bytes = (text: string) => new TextEncoder().encode(text).length;

describe('other ids', () => {
  const ids = new OtherIds(KEYS);
  it('are of the same shape, all different, and lead back', () => {
    const others = Array.from({ length: 2000 }, (_, n) => ids.cover(id(n)));
    expect(new Set(others).size).toBe(2000);
    for (const [n, other] of others.entries()) {
      expect(other).toMatch(/^U[0-9a-f]{32}$/);
      expect(other).not.toBe(id(n));
      expect(ids.reveal(other)).toBe(id(n));
    }
  });

  it('keeps what is no id, and finds those within a text', () => {
    expect(ids.cover('U123 and C')).toBe('U123 and C');
    const group = `C${'ab'.repeat(16)}`;
    const covered = ids.cover(`user:${id(5)} OR group:${group}`);
    expect(covered).not.toContain(group);
    expect(ids.reveal(covered)).toBe(`user:${id(5)} OR group:${group}`);
  });

  it('are others with another key', () => {
    expect(new OtherIds([9, 9, 9, 9]).cover(id(1))).not.toBe(ids.cover(id(1)));
  });
});

describe('stand-ins', () => {
  it.each([
    'Hello 42!',
    '請問這款',
    'こんにちは',
    'カタカナ',
    '안녕',
    'สวัสดี',
    'Müller',
    '🙏',
    '𠮷野',
  ])('%s keeps its length', (text) => {
    const shape = shapeOf(text);
    expect(bytes(shape)).toBe(bytes(text));
    expect(shape.length).toBe(text.length);
    if (!/^\p{Emoji}+$/u.test(text)) expect(shape).not.toBe(text);
  });

  it('hides every letter', () => {
    expect(shapeOf('Ab9 請カ한ก')).toBe('Xx0 〇の이ก');
  });

  it('covers JSON where it speaks of people, to the byte', () => {
    const says = (name: string) => (name === 'lat' ? 'place' : name === 'text' ? 'text' : '');
    const text =
      '{"type":"text", "text":"請\\u3042\\n\\"a\\" \\ud83d\\ude4f","lat":35.6812,"n":1.5}';
    const shape = jsonShape(text, says);
    expect(shape).toBe(
      '{"type":"text", "text":"〇\\u3007\\n\\"x\\" \\ud83d\\ude4f","lat":35.0000,"n":1.5}',
    );
    expect(bytes(shape)).toBe(bytes(text));
    expect(() => JSON.parse(shape)).not.toThrow();
    expect(jsonShape('no JSON of 花子', says)).toBe('xx XXXX xx 〇〇');
  });

  it('names the same person the same', () => {
    expect(nameFor('王小明')).toBe(nameFor('王小明'));
    expect(nameFor('王小明')).toMatch(/^[A-Z][a-z]+ \d+$/);
  });
});

describe('the veil', () => {
  const veil = makeVeil(KEYS);
  const body = `{"events":[{"source":{"userId":"${id(1)}"},"message":{"text":"秘密"}}]}`;
  const detail = {
    id: '7',
    first: {
      type: 'message',
      sub: 'text',
      text: '秘密',
      source: { type: 'user', id: id(1), name: '花子' },
    },
    request: {
      target: `/hook?user=${id(1)}`,
      body: {
        charset: 'utf-8',
        recorded_whole: true,
        text: body,
        href: '/api/exchanges/7/request/body',
      },
    },
    events: [{ raw: JSON.parse(body).events[0], raw_span: [11, 90] }],
    calls: [
      {
        response: {
          body: { charset: 'binary', recorded_whole: true, text: null, base64: '/9j/4A==' },
        },
      },
    ],
    picture_url: 'https://profile.line-scdn.net/x',
    tunnel: { name: 'mybot' },
  };
  const covered = veil.cover(detail) as typeof detail;

  it('leaves nothing of anybody', () => {
    const all = JSON.stringify(covered);
    for (const secret of [id(1), '秘密', '花子', '4A==', 'line-scdn'])
      expect(all).not.toContain(secret);
  });

  it('leaves what is nobody’s', () => {
    expect(covered.tunnel.name).toBe('mybot');
    expect(covered.request.body.href).toBe(detail.request.body.href);
    expect(covered.first.sub).toBe('text');
    expect(covered.calls[0]?.response.body.base64).toHaveLength(8);
  });

  it('says the same of the same', () => {
    const userId = covered.events[0]?.raw.source.userId;
    expect(userId).toBe(covered.first.source.id);
    expect(covered.request.body.text).toContain(userId);
    expect(bytes(covered.request.body.text)).toBe(bytes(body));
    expect(veil.reveal(`/api/chats/${userId}/items`)).toBe(`/api/chats/${id(1)}/items`);
  });

  it('lets the filter’s own words through', () => {
    expect(veil.cover({ parts: [{ text: 'text:花子', count: 3 }] })).toEqual({
      parts: [{ text: 'text:花子', count: 3 }],
    });
  });
});
