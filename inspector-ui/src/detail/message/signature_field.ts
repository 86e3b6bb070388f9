/* The fields that carry a provider's signature: docs/signatures.md has the table. */
const FIELDS = new Set([
  'x-line-signature',
  'x-works-signature',
  'x-hub-signature-256',
  'stripe-signature',
  'x-slack-signature',
  'x-shopify-hmac-sha256',
  'webhook-signature',
  'x-zm-signature',
  'x-viber-content-signature',
]);

export function isSignatureField(name: string): boolean {
  return FIELDS.has(name.toLowerCase());
}
