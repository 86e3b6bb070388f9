import { describe, expect, it } from 'vitest';
import { shortAddress } from './address';
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
