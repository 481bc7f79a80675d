import type { Fact } from '#api/fact.ts';
import { NAME_PATTERN } from '#api/fields.ts';
import type { HttpAnswer, HttpHandler, HttpRequest } from '#drivers/http/http-server.ts';

import { isSigned } from './verify-signature.ts';

/** What the route needs of the rig. */
export type WebhookRig = {
  /** The secret of a repository's webhook; `absent` when there is no such repository, or none with a webhook. */
  readonly secretOf: (repository: string) => Promise<Fact<string>>;
  /** Wants the repository to be looked at soon. */
  readonly hint: (repository: string) => void;
  /** Somebody asked in the name of a repository without the right signature, or its secret can not be read. */
  readonly refused: (repository: string, message: string) => Promise<void>;
  /** Epoch ms. */
  readonly now: () => number;
};

const ROUTE = '/webhook/';

/**
 * The one route that the git server calls: POST /webhook/<repository>. It reads nothing of the body beside its
 * signature, and does nothing but look at that repository soon.
 */
export function answerWebhook(rig: WebhookRig): HttpHandler {
  return {
    early({ method, path }) {
      if (repositoryOf(path) === undefined) return NOT_FOUND;
      return method === 'POST' ? undefined : { status: 405, text: 'use POST', headers: { Allow: 'POST' } };
    },
    answer: (request) => answer(request, rig),
  };
}

async function answer(request: HttpRequest, rig: WebhookRig): Promise<HttpAnswer> {
  const repository = repositoryOf(request.path) ?? '';
  const secret = await rig.secretOf(repository).catch(unreadable);
  // A name that is not there costs as much time as one that is.
  const isRight = isSigned(request, secret.state === 'known' ? secret.value : NOBODYS, rig.now());
  if (secret.state === 'absent') return NOT_FOUND;
  if (secret.state === 'known' && isRight) {
    rig.hint(repository);
    return { status: 202, text: 'accepted' };
  }
  const why = secret.state === 'unknown' ? secret.message : WRONG;
  await rig.refused(repository, why).catch(() => undefined);
  return { status: 401, text: 'the signature is missing or wrong' };
}

function repositoryOf(path: string): string | undefined {
  const name = path.startsWith(ROUTE) ? path.slice(ROUTE.length) : '';
  return name.length <= 63 && NAME_PATTERN.test(name) ? name : undefined;
}

function unreadable(): Fact<never> {
  return { state: 'unknown', reason: 'Unreadable', message: 'the repository could not be looked up' };
}

const NOBODYS = 'the secret of a repository that does not exist';
const NOT_FOUND: HttpAnswer = { status: 404, text: 'not found' };
const WRONG =
  'a request to the webhook did not carry the right signature; give the git server the secret of spec.webhook';
