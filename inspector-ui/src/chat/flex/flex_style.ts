/*
 * The box model of Flex messages as CSS. Each function gives the declarations of one element; where a component
 * stands in its parent (flex, margin, position) and what it looks like are kept apart.
 */
import { dig, digText } from '../../detail/events/raw';
import {
  angle,
  border,
  color,
  flexNumber,
  font,
  lengthOrPart,
  part,
  ratio,
  space,
  spaceOrPart,
} from './flex_values';

export type Css = Readonly<Record<string, string>>;
export type Layout = 'horizontal' | 'vertical' | 'baseline';

/** The parent's side of a child. */
export interface Place {
  layout: Layout;
  /** between children, as CSS; null for none */
  spacing: string | null;
  first: boolean;
}

export function layoutOf(box: unknown): Layout {
  const layout = digText(box, 'layout');
  return layout === 'horizontal' || layout === 'baseline' ? layout : 'vertical';
}

/** Without what has no value. */
function declared(all: Record<string, string | null | undefined>): Css {
  const some = Object.entries(all).filter((one): one is [string, string] => Boolean(one[1]));
  return Object.fromEntries(some);
}

const FILLS = ['box', 'text', 'button', 'image', 'video', 'filler'];

/** Side by side all share the width; one below the other each is as high as it has to be. */
function usualFlex(node: unknown, layout: Layout): number {
  const type = digText(node, 'type');
  if (layout === 'vertical') return type === 'filler' ? 1 : 0;
  if (lengthOrPart(dig(node, 'width')) !== null && type === 'box') return 0;
  return FILLS.includes(type) ? 1 : 0;
}

function flexOf(node: unknown, layout: Layout): string {
  const grow = flexNumber(dig(node, 'flex')) ?? usualFlex(node, layout);
  if (grow === 0) return '0 0 auto';
  return layout === 'vertical' ? `${grow} 0 auto` : `${grow} 1 0px`;
}

function offsets(node: unknown): Css {
  const absolute = digText(node, 'position') === 'absolute';
  return declared({
    position: absolute ? 'absolute' : 'relative',
    top: spaceOrPart(dig(node, 'offsetTop')),
    bottom: spaceOrPart(dig(node, 'offsetBottom')),
    'inset-inline-start': spaceOrPart(dig(node, 'offsetStart')),
    'inset-inline-end': spaceOrPart(dig(node, 'offsetEnd')),
  });
}

/** Where a component stands in its parent. */
export function placed(node: unknown, place: Place): Css {
  if (digText(node, 'position') === 'absolute') return offsets(node);
  const sideways = place.layout !== 'vertical';
  const before = space(dig(node, 'margin')) ?? (place.first ? null : place.spacing);
  return {
    ...offsets(node),
    ...declared({
      flex: flexOf(node, place.layout),
      'min-width': sideways ? '0' : null,
      'max-width': '100%',
      [sideways ? 'margin-inline-start' : 'margin-top']: before,
    }),
  };
}

function background(box: unknown): string | null {
  const start = color(dig(box, 'background', 'startColor'));
  const end = color(dig(box, 'background', 'endColor'));
  if (digText(box, 'background', 'type') !== 'linearGradient' || start === null || end === null)
    return null;
  const turned = angle(dig(box, 'background', 'angle')) ?? '0deg';
  const center = color(dig(box, 'background', 'centerColor'));
  const at = part(dig(box, 'background', 'centerPosition')) ?? '50%';
  const stops = center === null ? [start, end] : [start, `${center} ${at}`, end];
  return `linear-gradient(${[turned, ...stops].join(', ')})`;
}

const JUSTIFY = [
  'center',
  'flex-start',
  'flex-end',
  'space-between',
  'space-around',
  'space-evenly',
];
const ALIGN = ['center', 'flex-start', 'flex-end'];
const oneOf = (value: unknown, all: readonly string[]): string | null =>
  all.find((one) => one === value) ?? null;

function padding(box: unknown, usual: string | null): Css {
  const all = spaceOrPart(dig(box, 'paddingAll')) ?? usual;
  return declared({
    'padding-top': spaceOrPart(dig(box, 'paddingTop')) ?? all,
    'padding-bottom': spaceOrPart(dig(box, 'paddingBottom')) ?? all,
    'padding-inline-start': spaceOrPart(dig(box, 'paddingStart')) ?? all,
    'padding-inline-end': spaceOrPart(dig(box, 'paddingEnd')) ?? all,
  });
}

/** A border is there when it has a width; then it is grey unless it says otherwise. */
function edges(box: unknown): Css {
  const width = border(dig(box, 'borderWidth'));
  const corner = space(dig(box, 'cornerRadius'));
  return declared({
    'border-style': width === null || width === '0px' ? null : 'solid',
    'border-width': width === '0px' ? null : width,
    'border-color': width === null ? null : (color(dig(box, 'borderColor')) ?? '#d4d6da'),
    'border-radius': corner,
  });
}

/** A box itself; `usual` is the padding of a block of the bubble. */
export function boxStyle(box: unknown, usual: string | null = null): Css {
  const layout = layoutOf(box);
  const cut = space(dig(box, 'cornerRadius')) !== null || lengthOrPart(dig(box, 'height')) !== null;
  return {
    'flex-direction': layout === 'vertical' ? 'column' : 'row',
    ...padding(box, usual),
    ...edges(box),
    ...declared({
      overflow: cut ? 'hidden' : null,
      'align-items': layout === 'baseline' ? 'baseline' : oneOf(dig(box, 'alignItems'), ALIGN),
      'justify-content': oneOf(dig(box, 'justifyContent'), JUSTIFY),
      width: lengthOrPart(dig(box, 'width')),
      height: lengthOrPart(dig(box, 'height')),
      'max-width': lengthOrPart(dig(box, 'maxWidth')),
      'max-height': lengthOrPart(dig(box, 'maxHeight')),
      'background-color': color(dig(box, 'backgroundColor')),
      'background-image': background(box),
    }),
  };
}

const SIDES: Readonly<Record<string, string>> = {
  start: 'flex-start',
  center: 'center',
  end: 'flex-end',
  top: 'flex-start',
  bottom: 'flex-end',
};
const side = (word: string): string | null =>
  Object.hasOwn(SIDES, word) ? (SIDES[word] ?? null) : null;

/** How what is in a component lies in the room that it has. */
export function inside(node: unknown): Css {
  return declared({ 'justify-content': side(digText(node, 'gravity')) });
}

const DECORATIONS = ['none', 'underline', 'line-through'];

/** Of a text, and of a span in it. */
export function wordStyle(node: unknown): Css {
  return declared({
    'font-size': font(dig(node, 'size')),
    color: color(dig(node, 'color')),
    'font-weight': { bold: '700', regular: '400' }[digText(node, 'weight')],
    'font-style': oneOf(dig(node, 'style'), ['normal', 'italic']),
    'text-decoration-line': oneOf(dig(node, 'decoration'), DECORATIONS),
  });
}

/** Lines are cut after `maxLines`, or after the first one unless the text wraps. */
export function textStyle(node: unknown): Css {
  const wraps = dig(node, 'wrap') === true;
  const most = flexNumber(dig(node, 'maxLines'));
  const lines = space(dig(node, 'lineSpacing'));
  return {
    ...wordStyle(node),
    ...declared({
      'text-align': oneOf(dig(node, 'align'), ['start', 'center', 'end']),
      'white-space': wraps ? 'pre-wrap' : 'nowrap',
      'line-height': lines === null ? null : `calc(1.4em + ${lines})`,
      '-webkit-line-clamp': wraps && most ? String(most) : null,
    }),
  };
}

/** Where a picture lies sideways: in the middle, unless it says otherwise. */
export function imagePlace(node: unknown): Css {
  return { ...inside(node), 'align-items': side(digText(node, 'align')) ?? 'center' };
}

export function imageStyle(node: unknown, width: string | null): Css {
  return declared({
    width,
    'aspect-ratio': ratio(dig(node, 'aspectRatio')) ?? '1 / 1',
    'background-color': color(dig(node, 'backgroundColor')),
  });
}

export function iconStyle(node: unknown): Css {
  return declared({
    height: font(dig(node, 'size')) ?? '16px',
    'aspect-ratio': ratio(dig(node, 'aspectRatio')) ?? '1 / 1',
  });
}

export type ButtonKind = 'primary' | 'secondary' | 'link';

export function buttonKind(node: unknown): ButtonKind {
  const style = digText(node, 'style');
  return style === 'primary' || style === 'secondary' ? style : 'link';
}

/** A colour is the ground of a button, but the words of one that looks like a link. */
export function buttonStyle(node: unknown): Css {
  const chosen = color(dig(node, 'color'));
  const kind = buttonKind(node);
  return declared({
    height: digText(node, 'height') === 'sm' ? '40px' : '52px',
    color: kind === 'link' ? chosen : kind === 'primary' && chosen ? '#ffffff' : null,
    'background-color': kind === 'link' ? null : chosen,
  });
}

export function separatorStyle(node: unknown): Css {
  return declared({ 'background-color': color(dig(node, 'color')) });
}

/** For `{@attach styled(css)}`: the policy of the page allows no style attributes. */
export function styled(css: Css): (element: HTMLElement) => () => void {
  return (element) => {
    for (const [name, value] of Object.entries(css)) element.style.setProperty(name, value);
    return () => {
      for (const name of Object.keys(css)) element.style.removeProperty(name);
    };
  };
}
