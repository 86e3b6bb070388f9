import { describe, expect, it } from 'vitest';
import type { Call } from '../../api/types';
import { shortAddress } from './address';
import { isShown, shownType } from './content';
import { contentsIn } from './contents.svelte';
import { areasOf, imagemapHeight } from './imagemap';
import { playTime } from './play_time';

describe('the areas of an imagemap', () => {
  const message = (area: object, height: unknown = 690) => ({
    baseSize: { width: 1040, height },
    actions: [{ type: 'message', text: 'x', area }],
  });

  it('lie in parts of its picture', () => {
    const [area] = areasOf(message({ x: 520, y: 69, width: 260, height: 345 }));
    expect(area?.css).toEqual({
      left: '50.000%',
      top: '10.000%',
      width: '25.000%',
      height: '50.000%',
    });
  });

  it('end with the picture', () => {
    const [area] = areasOf(message({ x: 1000, y: 0, width: 900, height: 9000 }));
    expect([area?.css.width, area?.css.height]).toEqual(['3.846%', '100.000%']);
    expect(areasOf(message({ x: 5000, y: 0, width: 1, height: 1 }))[0]?.css).toMatchObject({
      left: '100.000%',
      width: '0.000%',
    });
  });

  it('are none without a place', () => {
    expect(areasOf(message({ x: 1 }))).toEqual([]);
    expect(areasOf(null)).toEqual([]);
    expect([0, -1, 'x', 1e9].map((height) => imagemapHeight(message({}, height)))).toEqual(
      Array(4).fill(1040),
    );
  });
});

it('shortens an address to what says the most', () => {
  expect(shortAddress('https://example.com/photo.jpg?x=1')).toBe('example.com/photo.jpg');
  expect(shortAddress('https://cdn.example.com/a/b/c.png')).toBe('cdn.example.com/…/c.png');
  expect(shortAddress('no address\u202e')).toBe('no address▯');
  expect(shortAddress(`https://example.com/${'x'.repeat(200)}`)).toHaveLength(61);
});

it('says how long something plays', () => {
  expect([0, 7300, 60_000, 754_000, -5].map(playTime)).toEqual([
    '0:00',
    '0:07',
    '1:00',
    '12:34',
    '0:00',
  ]);
});

describe('what a bot has fetched', () => {
  const call = (id: string, path: string, status = 200, type = 'image/png'): Call =>
    ({ id, path, status, response: { headers: [['Content-Type', type]] } }) as unknown as Call;

  it('is known by the id of the message', () => {
    const fetched = call('7', '/v2/bot/message/444/content');
    const others = [
      call('8', '/v2/bot/message/5/content', 404),
      call('9', '/v2/bot/message/%zz/content'),
      call('10', '/v2/bot/message/6/content/preview'),
    ];
    expect(contentsIn([fetched, ...others])).toEqual([['444', fetched]]);
  });

  it('is shown if it cannot be a document', () => {
    expect(shownType(call('1', '', 200, 'Image/PNG; q=1'))).toBe('image/png');
    const odd = ['text/html', 'image/svg+xml', 'application/pdf', '', 'video/mp4x'];
    expect(odd.map(isShown)).toEqual(Array(5).fill(false));
  });
});
