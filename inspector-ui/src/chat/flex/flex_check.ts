/* What this page leaves out of a Flex message: components and properties it does not know, values it cannot read. */
import { dig, digText } from '../../detail/events/raw';
import {
  angle,
  border,
  bubbleWidth,
  color,
  flexNumber,
  font,
  imageWidth,
  lengthOrPart,
  part,
  ratio,
  space,
  spaceOrPart,
} from './flex_values';

export interface Skipped {
  /** body.contents[2].size */
  path: string;
  /** as recorded, short */
  value: string;
}

type Fits = (value: unknown) => boolean;
type Rules = Readonly<Record<string, Fits>>;

const MOST = 20;
const DEEPEST = 40;
const SHORT = 40;

const reads =
  (read: (value: unknown) => unknown): Fits =>
  (value) =>
    read(value) !== null;
const word =
  (...words: readonly string[]): Fits =>
  (value) =>
    words.some((one) => one === value);
const any: Fits = () => true;
const text: Fits = (value) => typeof value === 'string';
const bool: Fits = (value) => typeof value === 'boolean';

const optional = (value: unknown, fits: (value: unknown) => unknown): boolean =>
  value === undefined || fits(value) !== null;

const isGradient: Fits = (value) =>
  digText(value, 'type') === 'linearGradient' &&
  angle(dig(value, 'angle')) !== null &&
  color(dig(value, 'startColor')) !== null &&
  color(dig(value, 'endColor')) !== null &&
  optional(dig(value, 'centerColor'), color) &&
  optional(dig(value, 'centerPosition'), part);

const OFFSETS: Rules = {
  position: word('relative', 'absolute'),
  offsetTop: reads(spaceOrPart),
  offsetBottom: reads(spaceOrPart),
  offsetStart: reads(spaceOrPart),
  offsetEnd: reads(spaceOrPart),
};
const IN_PARENT: Rules = { ...OFFSETS, flex: reads(flexNumber), margin: reads(space) };
const GRAVITY = word('top', 'center', 'bottom');
const ALIGN = word('start', 'center', 'end');
const WORDS: Rules = {
  text,
  size: reads(font),
  color: reads(color),
  weight: word('regular', 'bold'),
  style: word('normal', 'italic'),
  decoration: word('none', 'underline', 'line-through'),
};

const COMPONENTS: Readonly<Record<string, Rules>> = {
  box: {
    ...IN_PARENT,
    layout: word('horizontal', 'vertical', 'baseline'),
    contents: Array.isArray,
    spacing: reads(space),
    backgroundColor: reads(color),
    borderColor: reads(color),
    borderWidth: reads(border),
    cornerRadius: reads(space),
    width: reads(lengthOrPart),
    maxWidth: reads(lengthOrPart),
    height: reads(lengthOrPart),
    maxHeight: reads(lengthOrPart),
    paddingAll: reads(spaceOrPart),
    paddingTop: reads(spaceOrPart),
    paddingBottom: reads(spaceOrPart),
    paddingStart: reads(spaceOrPart),
    paddingEnd: reads(spaceOrPart),
    justifyContent: any,
    alignItems: any,
    background: isGradient,
    action: any,
  },
  button: {
    ...IN_PARENT,
    action: any,
    color: reads(color),
    style: word('primary', 'secondary', 'link'),
    gravity: GRAVITY,
    height: word('md', 'sm'),
    adjustMode: word('shrink-to-fit'),
    scaling: bool,
  },
  image: {
    ...IN_PARENT,
    url: text,
    align: ALIGN,
    gravity: GRAVITY,
    size: reads(imageWidth),
    aspectRatio: reads(ratio),
    aspectMode: word('fit', 'cover'),
    backgroundColor: reads(color),
    action: any,
    animated: bool,
  },
  video: { url: text, previewUrl: text, altContent: any, aspectRatio: reads(ratio), action: any },
  icon: {
    ...OFFSETS,
    margin: reads(space),
    url: text,
    size: reads(font),
    aspectRatio: reads(ratio),
    scaling: bool,
  },
  text: {
    ...IN_PARENT,
    ...WORDS,
    align: ALIGN,
    gravity: GRAVITY,
    wrap: bool,
    lineSpacing: reads(space),
    action: any,
    maxLines: reads(flexNumber),
    contents: Array.isArray,
    adjustMode: word('shrink-to-fit'),
    scaling: bool,
  },
  span: WORDS,
  separator: { margin: reads(space), color: reads(color) },
  filler: { flex: reads(flexNumber) },
};

const BUBBLE: Rules = {
  size: reads(bubbleWidth),
  direction: word('ltr', 'rtl'),
  header: any,
  hero: any,
  body: any,
  footer: any,
  styles: any,
  action: any,
};

function short(value: unknown): string {
  const written = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return written.length > SHORT ? `${written.slice(0, SHORT)}…` : written;
}

class Check {
  readonly found: Skipped[] = [];

  #say(path: string, value: unknown): void {
    if (this.found.length < MOST) this.found.push({ path, value: short(value) });
  }

  #properties(node: unknown, rules: Rules, path: string): void {
    for (const [name, value] of Object.entries(node as object)) {
      if (name === 'type' || value === null || value === undefined) continue;
      const fits = Object.hasOwn(rules, name) ? rules[name] : undefined;
      if (!fits?.(value)) this.#say(`${path}.${name}`, value);
    }
  }

  component(node: unknown, path: string, depth = 0): void {
    const type = digText(node, 'type');
    const rules = Object.hasOwn(COMPONENTS, type) ? COMPONENTS[type] : undefined;
    if (!rules || depth > DEEPEST) {
      this.#say(path, type || node);
      return;
    }
    this.#properties(node, rules, path);
    const contents = dig(node, 'contents');
    if (!Array.isArray(contents)) return;
    contents.forEach((one, at) => {
      this.component(one, `${path}.contents[${at}]`, depth + 1);
    });
  }

  bubble(bubble: unknown, path: string): void {
    if (digText(bubble, 'type') !== 'bubble') {
      this.#say(path, bubble);
      return;
    }
    const at = (name: string) => (path === '' ? name : `${path}.${name}`);
    this.#properties(bubble, BUBBLE, path === '' ? 'bubble' : path);
    for (const block of ['header', 'hero', 'body', 'footer'])
      if (dig(bubble, block) !== undefined) this.component(dig(bubble, block), at(block));
  }
}

/** Of the `contents` of a Flex message; at most twenty. */
export function skippedOf(container: unknown): Skipped[] {
  const check = new Check();
  const bubbles = dig(container, 'contents');
  if (digText(container, 'type') !== 'carousel') check.bubble(container, '');
  else if (Array.isArray(bubbles))
    bubbles.forEach((one, at) => {
      check.bubble(one, `contents[${at}]`);
    });
  return check.found;
}
