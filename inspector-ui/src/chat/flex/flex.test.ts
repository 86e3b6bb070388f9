import { describe, expect, it } from 'vitest';
import { skippedOf } from './flex_check';
import {
  boxStyle,
  buttonStyle,
  imagePlace,
  imageStyle,
  type Place,
  placed,
  textStyle,
  wordStyle,
} from './flex_style';
import { bubbleWidth, color, font, imageWidth, ratio, space, spaceOrPart } from './flex_values';

describe('values', () => {
  it('are the words of the specification', () => {
    expect(['none', 'xs', 'md', 'xxl'].map(space)).toEqual(['0px', '2px', '8px', '20px']);
    expect(['xxs', 'md', '5xl'].map(font)).toEqual(['11px', '16px', '74px']);
    expect(['nano', 'mega', 'giga'].map(bubbleWidth)).toEqual(['120px', '300px', '500px']);
    expect(['md', 'full', '50%', '33px'].map(imageWidth)).toEqual(['100px', '100%', '50%', '33px']);
  });

  it('may be lengths, and parts where the specification has them', () => {
    expect(space('12px')).toBe('12px');
    expect(space('12%')).toBeNull();
    expect(spaceOrPart('12.5%')).toBe('12.5%');
    expect(spaceOrPart('-4px')).toBe('-4px');
  });

  it('are nothing else, whatever somebody writes', () => {
    for (const odd of ['1em', 'constructor', 'calc(1px)', 'url(x)', '1px;color:red', 7, null, {}])
      expect([space(odd), font(odd), imageWidth(odd), color(odd), ratio(odd)]).toEqual(
        Array(5).fill(null),
      );
  });

  it('know colours and shapes', () => {
    expect(['#FF0000', '#ff000080', '#f00', 'red'].map(color)).toEqual([
      '#FF0000',
      '#ff000080',
      null,
      null,
    ]);
    expect(['20:13', '1:3', '1:4', '0:1'].map(ratio)).toEqual(['20 / 13', '1 / 3', null, null]);
  });
});

describe('the place in the parent', () => {
  const place = (change: Partial<Place> = {}): Place => ({
    layout: 'vertical',
    spacing: null,
    first: false,
    ...change,
  });

  it('is shared side by side, and as high as needed one below the other', () => {
    const flex = (node: object, layout: Place['layout']) => placed(node, place({ layout })).flex;
    expect(flex({ type: 'text' }, 'horizontal')).toBe('1 1 0px');
    expect(flex({ type: 'text', flex: 3 }, 'baseline')).toBe('3 1 0px');
    expect(flex({ type: 'text', flex: 0 }, 'horizontal')).toBe('0 0 auto');
    expect(flex({ type: 'icon' }, 'baseline')).toBe('0 0 auto');
    expect(flex({ type: 'box', width: '30px' }, 'horizontal')).toBe('0 0 auto');
    expect(flex({ type: 'text' }, 'vertical')).toBe('0 0 auto');
    expect(flex({ type: 'filler' }, 'vertical')).toBe('1 0 auto');
    expect(flex({ type: 'box', flex: 2 }, 'vertical')).toBe('2 0 auto');
  });

  it('has its own margin, else the spacing of the parent, but not before the first', () => {
    const gap = (node: object, change: Partial<Place>) => {
      const css = placed({ type: 'text', ...node }, place({ spacing: '8px', ...change }));
      return css['margin-top'] ?? css['margin-inline-start'];
    };
    expect(gap({}, {})).toBe('8px');
    expect(gap({}, { first: true })).toBeUndefined();
    expect(gap({ margin: 'xl' }, {})).toBe('16px');
    expect(gap({ margin: 'none' }, { layout: 'horizontal' })).toBe('0px');
  });

  it('may be anywhere in it', () => {
    const node = {
      type: 'box',
      position: 'absolute',
      offsetTop: 'md',
      offsetEnd: '10%',
      margin: 'xl',
    };
    expect(placed(node, place())).toEqual({
      position: 'absolute',
      top: '8px',
      'inset-inline-end': '10%',
    });
    expect(placed({ type: 'text', offsetStart: '4px' }, place())).toMatchObject({
      position: 'relative',
      'inset-inline-start': '4px',
    });
  });
});

describe('a box', () => {
  it('has the padding of its block unless it says otherwise', () => {
    expect(boxStyle({ layout: 'vertical', paddingTop: 'none' }, '20px')).toMatchObject({
      'flex-direction': 'column',
      'padding-top': '0px',
      'padding-bottom': '20px',
      'padding-inline-start': '20px',
    });
    expect(boxStyle({ paddingAll: '5%' }, '20px')['padding-top']).toBe('5%');
  });

  it('has borders, corners, a ground and a size', () => {
    expect(
      boxStyle({
        layout: 'horizontal',
        borderWidth: 'semi-bold',
        borderColor: '#00ff00',
        cornerRadius: 'lg',
        backgroundColor: '#ffffff80',
        width: '50%',
        maxHeight: '40px',
        justifyContent: 'space-between',
        alignItems: 'center',
      }),
    ).toMatchObject({
      'flex-direction': 'row',
      'border-style': 'solid',
      'border-width': '3px',
      'border-color': '#00ff00',
      'border-radius': '12px',
      overflow: 'hidden',
      'background-color': '#ffffff80',
      width: '50%',
      'max-height': '40px',
      'justify-content': 'space-between',
      'align-items': 'center',
    });
    expect(boxStyle({ layout: 'baseline' })['align-items']).toBe('baseline');
    expect(boxStyle({ justifyContent: 'inherit; x' })).not.toHaveProperty('justify-content');
  });

  it('has a gradient of two or three colours', () => {
    const background = {
      type: 'linearGradient',
      angle: '90deg',
      startColor: '#ff0000',
      endColor: '#0000ff',
    };
    expect(boxStyle({ background })['background-image']).toBe(
      'linear-gradient(90deg, #ff0000, #0000ff)',
    );
    const three = { ...background, centerColor: '#00ff00', centerPosition: '10%' };
    expect(boxStyle({ background: three })['background-image']).toBe(
      'linear-gradient(90deg, #ff0000, #00ff00 10%, #0000ff)',
    );
    expect(boxStyle({ background: { ...background, endColor: 'red' } })).not.toHaveProperty(
      'background-image',
    );
  });
});

describe('what is in boxes', () => {
  it('is text in one line, or in as many as it may have', () => {
    expect(textStyle({ align: 'end' })).toMatchObject({
      'text-align': 'end',
      'white-space': 'nowrap',
    });
    expect(textStyle({ wrap: true, maxLines: 2, lineSpacing: '6px' })).toMatchObject({
      'white-space': 'pre-wrap',
      '-webkit-line-clamp': '2',
      'line-height': 'calc(1.4em + 6px)',
    });
    expect(
      wordStyle({ size: 'xl', weight: 'bold', style: 'italic', decoration: 'underline' }),
    ).toEqual({
      'font-size': '22px',
      'font-weight': '700',
      'font-style': 'italic',
      'text-decoration-line': 'underline',
    });
  });

  it('is a picture in the middle, square unless it says otherwise', () => {
    expect(imageStyle({}, '100px')).toEqual({ width: '100px', 'aspect-ratio': '1 / 1' });
    expect(imageStyle({ aspectRatio: '20:13' }, '100%')['aspect-ratio']).toBe('20 / 13');
    expect(imagePlace({})).toEqual({ 'align-items': 'center' });
    expect(imagePlace({ align: 'end', gravity: 'bottom' })).toEqual({
      'align-items': 'flex-end',
      'justify-content': 'flex-end',
    });
  });

  it('is a button whose colour is its ground, or its words', () => {
    expect(buttonStyle({ style: 'primary', color: '#112233' })).toEqual({
      height: '52px',
      color: '#ffffff',
      'background-color': '#112233',
    });
    expect(buttonStyle({ color: '#112233', height: 'sm' })).toEqual({
      height: '40px',
      color: '#112233',
    });
  });
});

describe('what is left out', () => {
  const bubble = (body: object) => ({ type: 'bubble', body });
  const box = (...contents: object[]) => ({ type: 'box', layout: 'vertical', contents });

  it('is nothing of a message that LINE knows', () => {
    const text = { type: 'text', text: 'x', size: 'xl', wrap: true, contents: [{ type: 'span' }] };
    expect(skippedOf(bubble(box(text, { type: 'separator', margin: 'md' })))).toEqual([]);
  });

  it('is named with the place where it stands', () => {
    const found = skippedOf({
      type: 'carousel',
      contents: [
        bubble(box({ type: 'hologram' }, { type: 'text', text: 'x', size: 'huge', glow: true })),
        { type: 'picture' },
      ],
    });
    expect(found).toEqual([
      { path: 'contents[0].body.contents[0]', value: 'hologram' },
      { path: 'contents[0].body.contents[1].size', value: 'huge' },
      { path: 'contents[0].body.contents[1].glow', value: 'true' },
      { path: 'contents[1]', value: '{"type":"picture"}' },
    ]);
  });

  it('is not endless', () => {
    const many = Array.from({ length: 100 }, () => ({ type: 'hologram' }));
    expect(skippedOf(bubble(box(...many)))).toHaveLength(20);
    let deep: object = { type: 'text', text: 'x' };
    for (let at = 0; at < 1000; at++) deep = box(deep);
    expect(skippedOf(bubble(deep))).toHaveLength(1);
    expect(skippedOf(null)).toEqual([{ path: '', value: 'null' }]);
  });
});
