import { execa } from 'execa';

import { NotifyError, type Notify, type NotifyRequest } from './notify.ts';
import { postNotice } from './post-notice.ts';

/** How long a receiver or a program may take. */
const TIMEOUT_MS = 10_000;

/** The real outside. Programs get `environment` and nothing else; what they print is not read. */
export function createNotify(
  environment: Readonly<Record<string, string>>,
  { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {},
): Notify {
  return {
    async send(request) {
      if (request.type === 'Post') await postNotice(request, timeoutMs);
      else await runProgram(request, environment, timeoutMs);
    },
  };
}

async function runProgram(
  { command, input }: Extract<NotifyRequest, { type: 'Run' }>,
  environment: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<void> {
  const [program = '', ...args] = command;
  const result = await execa(program, args, {
    env: environment,
    extendEnv: false,
    input,
    stdout: 'ignore',
    stderr: 'ignore',
    reject: false,
    timeout: timeoutMs,
    forceKillAfterDelay: 1000,
  });
  if (result.exitCode === 0) return;
  if (result.timedOut)
    throw new NotifyError('NotificationUnreachable', `"${program}" did not end within ${String(timeoutMs / 1000)} s`);
  const how = result.exitCode === undefined ? (result.code ?? result.signal) : `exit code ${String(result.exitCode)}`;
  throw new NotifyError('NotificationRefused', `"${program}" ended with ${how ?? 'an error'}, expected exit code 0`);
}
