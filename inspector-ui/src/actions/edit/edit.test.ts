import { describe, expect, it } from 'vitest';
import { asSent, editable, isGood, sameFields } from './headers';
import { checkJson, compact, layOut } from './layout';

const BODY =
  '{"destination":"U0","events":[{"type":"message","n":1.0,"t":"\\uD83D\\uDE4F","e":{},"l":[]},{"a":[1,2]}]}';

describe('layout', () => {
  it('comes back byte for byte', () => {
    const laid = layOut(BODY) as string;
    expect(laid.split('\n').length).toBeGreaterThan(10);
    expect(compact(laid)).toBe(BODY);
    expect(compact(BODY)).toBe(BODY);
  });

  it('keeps spaces in strings', () => {
    expect(compact('{ "a b" : "c  d" }')).toBe('{"a b":"c  d"}');
  });

  it('leaves alone what is no JSON', () => {
    expect(layOut('a=b')).toBeNull();
    expect(compact('{')).toBeNull();
  });
});

describe('checkJson', () => {
  it('counts events', () => {
    expect(checkJson(BODY).events).toBe(2);
    expect(checkJson('{"events":[]}').events).toBe(0);
    expect(checkJson('{"a":{"events":[{}]}}').events).toBeNull();
    expect(checkJson('{"events":5}').events).toBeNull();
    expect(checkJson('{"events":[[1],{"x":[{}]}],"b":[{}]}').events).toBe(2);
  });

  it('says where it breaks', () => {
    expect(checkJson('{\n  "a": x\n}')).toMatchObject({ json: false, line: 2, column: 8 });
    expect(checkJson('')).toMatchObject({ json: false, line: 1, column: 1 });
  });
});

describe('headers', () => {
  const fields = editable([
    ['Host', 'a'],
    ['content-length', '5'],
    ['X-Line-Signature', 'b='],
    ['authorization', null],
    ['hookline-replay', '1'],
  ]);

  it('leaves out what is written anew', () => {
    expect(fields.map((f) => f.name)).toEqual(['X-Line-Signature', 'authorization']);
    expect(asSent(fields)).toEqual([
      ['X-Line-Signature', 'b='],
      ['authorization', null],
    ]);
  });

  it('refuses what no field may have', () => {
    const field = (name: string, value: string) => ({ key: 0, name, value, secret: false });
    expect(isGood(field('x-a', 'b\tc é'))).toBe(true);
    for (const [name, value] of [
      ['', 'a'],
      ['a b', 'c'],
      ['a:', 'c'],
      ['a', 'b\r\nc: d'],
      ['a', '\u0000'],
      ['é', 'x'],
    ])
      expect(isGood(field(name as string, value as string))).toBe(false);
  });

  it('knows whether something was changed', () => {
    expect(sameFields(fields, structuredClone(fields))).toBe(true);
    expect(sameFields(fields, fields.slice(1))).toBe(false);
    expect(
      sameFields(
        fields,
        fields.map((f) => ({ ...f, secret: false })),
      ),
    ).toBe(false);
  });
});
