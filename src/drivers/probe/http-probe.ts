import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../clock/clock.ts';
import { explainFailure, timedOut } from './probe-failure.ts';
import type { Prober, ProbeResult } from './probe.ts';

type HttpTarget = Parameters<Prober['http']>[0];

/** As much of a body as is looked at; what comes later is not read. */
const MAX_BODY_BYTES = 64 * 1024;

/** Whether a GET answers with the expected status and a body that `bodyMatch` (a regular expression) finds something in. */
export async function probeHttp(clock: Clock, target: HttpTarget): Promise<ProbeResult> {
  const what = `http ${target.url}`;
  try {
    const request = openRequest(target, await readCa(target.caFile));
    return await answerOf({ clock, target, what, request });
  } catch (cause) {
    return explainFailure(what, cause);
  }
}

async function readCa(caFile: string | undefined): Promise<string | undefined> {
  if (caFile === undefined) return undefined;
  return await readFile(caFile, 'utf8').catch((cause: unknown) => {
    throw new Error(`its caFile "${caFile}" can not be read`, { cause });
  });
}

function openRequest(target: HttpTarget, ca: string | undefined): ClientRequest {
  const url = new URL(target.url);
  // An own connection each time: a kept one would not notice that the port is gone.
  const options = { agent: false, headers: { 'user-agent': 'ccci-probe', accept: '*/*', connection: 'close' } };
  if (url.protocol === 'https:') return httpsRequest(url, { ...options, ...(ca === undefined ? {} : { ca }) });
  return httpRequest(url, options);
}

type Probe = { clock: Clock; target: HttpTarget; what: string; request: ClientRequest };

function answerOf({ clock, target, what, request }: Probe): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const cancel = clock.after(target.timeoutMs, () => end(timedOut(what, target.timeoutMs)));
    function end(result: ProbeResult): void {
      cancel();
      request.destroy();
      resolve(result);
    }
    request.on('response', (response) => {
      judge(target, response).then(
        (fault) => end(fault === '' ? { ok: true, message: `${what} answers as expected` } : failed(what, fault)),
        (cause: unknown) => end(explainFailure(what, cause)),
      );
    });
    request.on('error', (cause) => end(explainFailure(what, cause)));
    request.end();
  });
}

/** What is wrong with the answer, or ''. A redirect is an answer and is not followed. */
async function judge(target: HttpTarget, response: IncomingMessage): Promise<string> {
  const status = response.statusCode ?? 0;
  const { expectStatus, bodyMatch } = target;
  const fits = expectStatus === undefined ? status >= 200 && status < 400 : status === expectStatus;
  if (!fits) return `status ${status}, expected ${expectStatus ?? '200 to 399'}`;
  const fault = certificateFault(target, response);
  if (fault !== '' || bodyMatch === undefined) return fault;
  const pattern = parsePattern(bodyMatch);
  if (pattern === undefined) return `bodyMatch "${bodyMatch}" is not a regular expression`;
  return pattern.test(await readStart(response)) ? '' : `nothing in its body matches "${bodyMatch}"`;
}

const DAY_MS = 86_400_000;

function certificateFault({ certificateDays, nowMs }: HttpTarget, { socket }: IncomingMessage): string {
  if (certificateDays === undefined || nowMs === undefined) return '';
  if (!(socket instanceof TLSSocket)) return 'no certificate is served: certificateDays is for https';
  const untilMs = Date.parse(socket.getPeerCertificate().valid_to);
  return untilMs >= nowMs + certificateDays * DAY_MS
    ? ''
    : `the certificate that it serves expires within ${certificateDays} days`;
}

function parsePattern(text: string): RegExp | undefined {
  try {
    return new RegExp(text);
  } catch {
    return undefined;
  }
}

async function readStart(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8');
}

function failed(what: string, fault: string): ProbeResult {
  return { ok: false, message: `${what} failed: ${fault}` };
}
