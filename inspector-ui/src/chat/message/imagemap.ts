/* Where the areas of an imagemap lie, in parts of its picture. */
import { dig, digList, digNumber } from '../../detail/events/raw';

export interface Area {
  action: unknown;
  css: Readonly<Record<string, string>>;
}

const WIDTH = 1040;

export function imagemapHeight(message: unknown): number {
  const height = digNumber(message, 'baseSize', 'height');
  return height !== null && height > 0 && height <= 10 * WIDTH ? height : WIDTH;
}

const part = (value: number, of: number): string =>
  `${Math.min(100, Math.max(0, (100 * value) / of)).toFixed(3)}%`;

export function areaStyle(area: unknown, height: number): Area['css'] | null {
  const [x, y, w, h] = ['x', 'y', 'width', 'height'].map((name) => digNumber(area, name));
  if (x == null || y == null || w == null || h == null) return null;
  return {
    left: part(x, WIDTH),
    top: part(y, height),
    width: part(Math.min(w, WIDTH - x), WIDTH),
    height: part(Math.min(h, height - y), height),
  };
}

/** The areas that can be tapped; one without a place cannot. */
export function areasOf(message: unknown): Area[] {
  const height = imagemapHeight(message);
  return digList(message, 'actions').flatMap((action) => {
    const css = areaStyle(dig(action, 'area'), height);
    return css === null ? [] : [{ action, css }];
  });
}
