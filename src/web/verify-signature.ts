import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A request as far as its signature is about it. */
export type SignedRequest = {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
};

/**
 * True when a request carries the signature of this secret over its raw body. The first header that is there counts; a
 * wrong one is not made good by another. All comparisons take the same time wherever two values differ.
 * Forgejo and Gitea: hex HMAC-SHA256 of the body. GitHub: the same behind `sha256=`. GitLab: a signing token by the
 * Standard Webhooks specification (`v1,` and base64 over id, time and body), else its secret token as it is.
 */
export function isSigned(request: SignedRequest, secret: string, nowMs: number): boolean {
  const { headers, body } = request;
  const plain = headers['x-forgejo-signature'] ?? headers['x-gitea-signature'];
  if (plain !== undefined) return isHexOf(plain, hmac(secret, body));
  const github = headers['x-hub-signature-256'];
  if (github !== undefined) return github.startsWith('sha256=') && isHexOf(github.slice(7), hmac(secret, body));
  if (headers['webhook-signature'] !== undefined) return isStandard(request, secret, nowMs);
  const token = headers['x-gitlab-token'];
  return token !== undefined && isEqual(Buffer.from(token), Buffer.from(secret));
}

/** How far the sender's clock may be from ours, in both directions. */
const TOLERANCE_MS = 5 * 60_000;

function isStandard({ headers, body }: SignedRequest, secret: string, nowMs: number): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures = '' } = headers;
  if (id === undefined || time === undefined || !/^\d{1,12}$/.test(time)) return false;
  const signed = Buffer.concat([Buffer.from(`${id}.${time}.`), body]);
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  const expected = hmac(key, signed);
  const isRight = signatures
    .split(' ')
    .map((one) => one.startsWith('v1,') && isEqual(Buffer.from(one.slice(3), 'base64'), expected))
    .includes(true);
  return isRight && Math.abs(Number(time) * 1000 - nowMs) <= TOLERANCE_MS;
}

function hmac(secret: string | Uint8Array, body: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(body).digest();
}

function isHexOf(text: string, digest: Buffer): boolean {
  return isEqual(Buffer.from(/^[0-9a-f]{64}$/i.test(text) ? text : '', 'hex'), digest);
}

// Digests under a fresh key have one length and say nothing about what differs.
function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  const key = randomBytes(32);
  return timingSafeEqual(hmac(key, one), hmac(key, other));
}
