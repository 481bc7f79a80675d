import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

import { readSecretFile } from '../files/read-secret-file.ts';
import { NotifyError, type NotifyRequest, type NotifySecret } from './notify.ts';

type Post = Extract<NotifyRequest, { type: 'Post' }>;

/** The header with the signature of the body: `sha256=` and HMAC-SHA256 in hex, as git servers sign their webhooks. */
const SIGNATURE_HEADER = 'X-Ccci-Signature-256';

/** Posts a body. Redirects are not followed: the secret is for one address. Throws NotifyError. */
export async function postNotice(post: Post, timeoutMs: number): Promise<void> {
  const secret = post.secret === undefined ? undefined : textOf(post.secret);
  const url = parseUrl(post.secret?.use === 'Address' ? secret : post.url, post.secret);
  const headers = { ...post.headers, ...secretHeaders(post, secret) };
  const status = await exchange({ url, headers, body: post.body }, timeoutMs);
  if (status < 200 || status > 299)
    throw new NotifyError('NotificationRefused', `${url.host} answered ${String(status)}, expected 200 to 299`);
}

function textOf({ file }: NotifySecret): string {
  const secret = readSecretFile(file);
  if (secret.state === 'unknown') throw new NotifyError('NotifierSecret', secret.message);
  const text = secret.state === 'known' ? secret.value.text.trim() : '';
  if (text === '') throw new NotifyError('NotifierSecret', `"${file}" is empty; expected the secret of the notifier`);
  if (/[\r\n]/.test(text))
    throw new NotifyError('NotifierSecret', `"${file}" has more than one line; expected one with the secret`);
  return text;
}

function secretHeaders({ secret, body }: Post, text = ''): Record<string, string> {
  if (secret?.use === 'Bearer') return { Authorization: `Bearer ${text}` };
  if (secret?.use !== 'Signature') return {};
  return { [SIGNATURE_HEADER]: `sha256=${createHmac('sha256', text).update(body).digest('hex')}` };
}

function parseUrl(text: string | undefined, secret: NotifySecret | undefined): URL {
  const url = text === undefined ? null : URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  const where = secret?.use === 'Address' ? `the secret in "${secret.file}"` : 'its url';
  throw new NotifyError('NotificationRefused', `${where} is no address; expected one that begins with https://`);
}

type Exchange = { readonly url: URL; readonly headers: Readonly<Record<string, string>>; readonly body: string };

// The answer's status is all that counts: its body is from outside and is not read.
function exchange({ url, headers, body }: Exchange, timeoutMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const more = { 'User-Agent': 'ccci', 'Content-Length': String(Buffer.byteLength(body)), Connection: 'close' };
    const fail = (message: string, cause?: unknown) => {
      clearTimeout(timer);
      request.destroy();
      reject(new NotifyError('NotificationUnreachable', message, { cause }));
    };
    const request = open(url, { method: 'POST', agent: false, headers: { ...headers, ...more } });
    const timer = setTimeout(() => fail(`${url.host} did not answer within ${String(timeoutMs / 1000)} s`), timeoutMs);
    request.on('response', (response) => {
      clearTimeout(timer);
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', (cause) => fail(`${url.host} can not be reached (${codeOf(cause)})`, cause));
    request.end(body);
  });
}

function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return codeOf(cause.errors[0]);
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'the connection failed';
}
