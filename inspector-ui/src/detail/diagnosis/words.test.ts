/* The agent sends codes; whatever it can send must have words here, in each language. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import en from '../../texts/en';
import ja from '../../texts/ja';
import zhHant from '../../texts/zh-Hant';

const root = new URL('../../../../', import.meta.url);
const header = new URL('relay-client/journal/journal_insight.h', root);
const signatures = new URL('relay-core/codec/signature/', root);
const fine = new URL('relay-client/inspector/exchanges/exchange_finding_json.c', root);

const read = (file: URL): string => readFileSync(file, 'utf8');
const all = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map((m) => m[1] as string)),
];

describe.skipIf(!existsSync(header))('words for the agent’s codes', () => {
  const findings = all(read(header), /JOURNAL_FOUND_([A-Z0-9_]+),/g).map((c) => c.toLowerCase());
  const sources = readdirSync(signatures).filter((name) => name.endsWith('.c'));
  const signature = sources.map((name) => read(new URL(name, signatures))).join('\n');
  const tried = [
    ...all(signature, /\{"sig_[a-z0-9_]+",\s*"([a-z0-9_]+)"\}/g).filter(
      (name) => name !== 'previous',
    ),
    ...all(signature, /JSON\([A-Z0-9_]+, [A-Z0-9_]+, \w+,\s*"([a-z0-9_]+)"/g),
    ...all(signature, /signature_trace_try\([^"\n]*"([a-z_]+)"/g),
  ];
  const good = all(read(fine), /\},?\s*|[^"]"([a-z_]+)"\},/g).filter((code) => code !== undefined);

  it('finds codes at all', () => {
    expect(findings.length).toBe(30);
    expect(tried.length).toBeGreaterThan(50);
    expect(good.length).toBeGreaterThan(5);
  });

  it.each([
    ['en', en],
    ['ja', ja],
    ['zh-Hant', zhHant],
  ])('has them in %s', (_, texts) => {
    const keys = new Set(Object.keys(texts));
    const wanted = [
      ...findings.flatMap((code) => [
        `finding.${code}.title`,
        `finding.${code}.body`,
        `finding.${code}.fix`,
      ]),
      ...tried.map((code) => `tried.${code}`),
      ...good.map((code) => `fine.${code}`),
    ];
    expect(wanted.filter((key) => !keys.has(key))).toEqual([]);
  });

  it.each([
    ['en', en],
    ['ja', ja],
    ['zh-Hant', zhHant],
  ])('explains every problem of a call in %s', (_, texts) => {
    const codes = [
      'token_expired token_used token_unknown token_foreign rate quota refused unauthorized',
      'not_emulated unknown_path wrong_method not_json wrong_type too_large retry_key',
      'unreachable line_rate line_error tls_on_http assertion_key',
    ].flatMap((line) => line.split(' '));
    for (const code of codes) {
      expect(texts, code).toHaveProperty([`calls.problem.${code}`]);
      expect(texts, code).toHaveProperty([`calls.problem.${code}.fix`]);
    }
  });
});
