import { describe, expect, it } from 'vitest';
import { textEvent } from '../tap/outcome';
import {
  base64,
  canSimulate,
  isSending,
  locationEvent,
  mediaEvent,
  mediaKind,
  simulationOf,
  sourceOf,
  stickerEvent,
} from './events';

const id = (letter: string) => letter + '0'.repeat(32);

it('speaks for people and groups of LINE only', () => {
  expect(canSimulate({ id: id('U'), type: 'user' })).toBe(true);
  expect(canSimulate({ id: id('C'), type: 'group' })).toBe(true);
  expect(canSimulate({ id: 'user@example.com', type: 'user' })).toBe(false);
  expect(canSimulate({ id: id('C'), type: 'channel' })).toBe(false);
});

describe('the source', () => {
  it('is the user, or the group with who speaks', () => {
    expect(sourceOf({ id: id('U'), type: 'user' }, '')).toEqual({ type: 'user', userId: id('U') });
    expect(sourceOf({ id: id('C'), type: 'group' }, id('U'))).toEqual({
      type: 'group',
      groupId: id('C'),
      userId: id('U'),
    });
    expect(sourceOf({ id: id('R'), type: 'room' }, '')).toEqual({ type: 'room', roomId: id('R') });
  });

  it('is in each event', () => {
    const chat = { id: id('U'), type: 'user' };
    expect(simulationOf(chat, '', [textEvent('a'), textEvent('b')])).toEqual({
      events: ['a', 'b'].map((text) => ({
        type: 'message',
        message: { type: 'text', text },
        source: { type: 'user', userId: id('U') },
      })),
      batch: 'each',
    });
    const contents = { '0': { type: 'image/png', base64: '' } };
    expect(simulationOf(chat, '', [textEvent('a')], contents).contents).toBe(contents);
  });
});

describe('events', () => {
  it('have what LINE puts into them', () => {
    expect(stickerEvent('446', '1988').message).toMatchObject({ packageId: '446' });
    const place = { title: '', address: '丸の内', latitude: 1, longitude: 2 };
    expect(locationEvent(place).message).toEqual({
      type: 'location',
      address: '丸の内',
      latitude: 1,
      longitude: 2,
    });
  });

  it('carry a file as what it is', () => {
    expect(['image/png', 'video/mp4', 'audio/mpeg', 'text/plain', ''].map(mediaKind)).toEqual([
      'image',
      'video',
      'audio',
      'file',
      'file',
    ]);
    const file = { name: 'a.pdf', size: 9 };
    expect(mediaEvent('file', file, null).message).toEqual({
      type: 'file',
      fileName: 'a.pdf',
      fileSize: 9,
    });
    expect(mediaEvent('audio', file, 700).message).toMatchObject({ duration: 700 });
    expect(mediaEvent('image', file, null).message).not.toHaveProperty('duration');
  });
});

it('writes bytes in base 64, also many', () => {
  expect(base64(new Uint8Array([0, 255, 1]))).toBe('AP8B');
  const many = new Uint8Array(100_000).fill(7);
  expect(atob(base64(many))).toHaveLength(100_000);
});

it('sends by Enter, but not what an input method is still composing', () => {
  const press = (change: object) =>
    isSending({ key: 'Enter', shiftKey: false, isComposing: false, keyCode: 13, ...change });
  expect(press({})).toBe(true);
  expect(press({ shiftKey: true })).toBe(false);
  expect(press({ isComposing: true })).toBe(false);
  expect(press({ keyCode: 229 })).toBe(false);
  expect(press({ key: 'a' })).toBe(false);
});
