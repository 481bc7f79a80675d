import { PreconditionFailed } from '#api/errors.ts';
import { ABSENT, known, unknown } from '#api/fact.ts';
import type { Fact } from '#api/fact.ts';
import { fieldsOf, listOf, parseAnswer, textOf } from './answer.ts';
import type { Answer, Fields } from './answer.ts';
import { IncusError } from './incus.ts';
import type { IncusReason } from './incus.ts';
import type { Exchange, Transport } from './transport.ts';

/** What a GET found: an object, or for a list its items. */
export type Found = { readonly metadata: Fields; readonly items: readonly unknown[]; readonly etag: string };

/** Speaks the API on one transport. Methods throw IncusError; `absent` is only answered after a positive look. */
export interface IncusApi {
  /** Reads a path inside a project: absent only when the project is there and the thing is not. */
  read(project: string, path: string): Promise<Fact<Found>>;
  /** Reads a path that belongs to no project. */
  readGlobal(path: string): Promise<Fact<Found>>;
  /** Asks who the server takes us for, unless it has said so already. */
  greet(): Promise<void>;
  /** Throws ProjectMissing unless the server shows the project. */
  requireProject(project: string): Promise<void>;
  /** Begins an operation and answers its id. */
  begin(what: string, exchange: Exchange): Promise<string>;
  /** Changes something at once. Throws PreconditionFailed when it is not what `ifMatch` says any more. */
  change(what: string, exchange: Exchange): Promise<void>;
}

/** API extensions that ccci can not do without: projects, and the path /1.0/instances. */
const NEEDED_EXTENSIONS: readonly string[] = ['projects', 'instances'];

const UNKNOWNS: ReadonlySet<IncusReason> = new Set<IncusReason>([
  'ServerUnreachable',
  'ServerHung',
  'ServerUntrusted',
  'CertificateWrong',
  'ClientCertificateMissing',
  'ClientCertificateExpired',
  'NotAuthorized',
  'ProjectMissing',
  'ServerError',
]);

/** Runs a read and turns an IncusError into an unknown fact; what the server refused a reader is ServerError. */
export async function asFact<T>(read: () => Promise<Fact<T>>): Promise<Fact<T>> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof IncusError)) throw cause;
    return unknown(UNKNOWNS.has(cause.reason) ? cause.reason : 'ServerError', cause.message);
  }
}

/** The path of a thing inside a project; parts are escaped, `query` follows the project. */
export function projectPath(project: string, parts: readonly string[], query = ''): string {
  const path = ['', '1.0', ...parts.map(encodeURIComponent)].join('/');
  return `${path}?project=${encodeURIComponent(project)}${query}`;
}

/** Makes the API on a transport. The first request asks who the server takes us for. */
export function createIncusApi(transport: Transport): IncusApi {
  const { place } = transport;
  let greeted = false;

  async function greetOnce(): Promise<void> {
    if (!greeted) await greet(transport);
    greeted = true;
  }
  async function ask(exchange: Exchange): Promise<Answer> {
    try {
      await greetOnce();
      return parseAnswer(place, await transport.send(exchange));
    } catch (cause) {
      greeted = false;
      throw cause;
    }
  }

  const refuse = (what: string, answer: Refusal) => refused(transport, what, answer);
  async function readGlobal(path: string): Promise<Fact<Found>> {
    const answer = await ask({ method: 'GET', path });
    if (answer.type === 'done') return known(answer);
    if (answer.type === 'begun') throw new IncusError('ServerError', `${place} began an operation on a read`);
    if (answer.httpStatus === 404 && answer.reason !== 'ProjectMissing') return ABSENT;
    return await refuse(`show "${path}"`, answer);
  }

  async function requireProject(project: string): Promise<void> {
    const found = await readGlobal(`/1.0/projects/${encodeURIComponent(project)}`);
    if (found.state === 'known' && textOf(found.value.metadata.name) === project) return;
    throw new IncusError('ProjectMissing', `project "${project}" does not exist on ${place}; check spec.project`);
  }

  async function read(project: string, path: string): Promise<Fact<Found>> {
    const found = await readGlobal(path).catch(async (cause: unknown) => {
      // Only the plain answer about the project tells a typo apart from everything else.
      if (cause instanceof IncusError && cause.reason === 'ProjectMissing') await requireProject(project);
      throw cause;
    });
    if (found.state === 'absent') await requireProject(project);
    return found;
  }

  async function begin(what: string, exchange: Exchange): Promise<string> {
    const answer = await ask(exchange);
    if (answer.type === 'begun') return answer.operation;
    if (answer.type === 'refused') return await refuse(what, answer);
    throw new IncusError('ServerError', `${place} did not begin an operation to ${what}`);
  }

  async function change(what: string, exchange: Exchange): Promise<void> {
    const answer = await ask(exchange);
    if (answer.type === 'done') return;
    if (answer.type === 'begun') throw new IncusError('ServerError', `${place} began an operation to ${what}`);
    if (answer.httpStatus === 412) throw new PreconditionFailed(`somebody else changed it meanwhile: ${answer.text}`);
    await refuse(what, answer);
  }

  return { greet: greetOnce, read, readGlobal, requireProject, begin, change };
}

type Refusal = Answer & { type: 'refused' };

async function refused(transport: Transport, what: string, { reason, text }: Refusal): Promise<never> {
  if (reason === 'NotAuthorized') await greet(transport);
  throw new IncusError(reason, `${transport.place} refused to ${what}: ${text}${adviceFor(reason)}`);
}

async function greet(transport: Transport): Promise<void> {
  const { place } = transport;
  const answer = parseAnswer(place, await transport.send({ method: 'GET', path: '/1.0' }));
  if (answer.type !== 'done') throw new IncusError('ServerError', `${place} does not say what it is at /1.0`);
  if (answer.metadata.auth !== 'trusted') {
    const advice = 'on the server run: incus config trust add-certificate CERTFILE';
    throw new IncusError(
      'ServerUntrusted',
      `${place} does not trust the client certificate (or it was removed or has expired there); ${advice}`,
    );
  }
  const extensions = new Set(listOf(answer.metadata.api_extensions));
  const missing = NEEDED_EXTENSIONS.filter((name) => !extensions.has(name));
  if (missing.length === 0) return;
  const environment = textOf(fieldsOf(answer.metadata.environment).server);
  throw new IncusError(
    'ServerError',
    `${place} (${environment}) lacks the API extensions "${missing.join('", "')}"; use a newer server`,
  );
}

function adviceFor(reason: IncusReason): string {
  const advice: { readonly [reason in IncusReason]?: string } = {
    NotAuthorized: '; let the certificate use this project: incus config trust edit FINGERPRINT',
    Busy: '; it is tried again when that operation has ended',
    ShuttingDown: '; it is tried again when the server is back',
    CapExceeded: '; raise the cap of the project, or remove or shrink instances',
    NameTaken: '; choose another spec.instance, or set spec.adopt',
    ImageMissing: '; import the image, or correct spec.image.alias',
  };
  return advice[reason] ?? '';
}
