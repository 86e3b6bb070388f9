import { expect, it } from 'vitest';
import { placeBy } from './place';

const view = { width: 400, height: 300 };
const anchor = { left: 100, right: 140, top: 50, bottom: 70 };

it('stands under its button, left or right edge by edge', () => {
  expect(placeBy(anchor, { width: 80, height: 100 }, view, false)).toEqual({ left: 100, top: 74 });
  expect(placeBy(anchor, { width: 80, height: 100 }, view, true)).toEqual({ left: 60, top: 74 });
});

it('stays in the window', () => {
  expect(placeBy(anchor, { width: 380, height: 100 }, view, true).left).toBe(8);
  expect(
    placeBy({ left: 380, right: 398, top: 0, bottom: 20 }, { width: 80, height: 10 }, view, false)
      .left,
  ).toBe(312);
});

it('goes above when there is no room below', () => {
  const low = { left: 10, right: 50, top: 250, bottom: 270 };
  expect(placeBy(low, { width: 80, height: 100 }, view, false).top).toBe(146);
  expect(placeBy(low, { width: 80, height: 290 }, view, false).top).toBe(274);
});
