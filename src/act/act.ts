import { PreconditionFailed } from '#api/errors.ts';
import type { Action } from '#plan/action.ts';
import { ConflictError } from '#store/store.ts';

import { createSession, stopSession } from './act-session.ts';
import { answerDialog } from './answer-dialog.ts';
import {
  createDelivery,
  ensureAccount,
  ensureSequence,
  finalize,
  removeDelivery,
  settleDelivery,
} from './act-store.ts';
import { sendHeartbeat, sendNotice } from './act-notify.ts';
import { MACHINE_HANDLERS } from './act-machine.ts';
import type { Outcome, OutcomeFacts } from './outcome.ts';
import { recordBoot } from './record-boot.ts';
import { typeCommand } from './type-command.ts';
import { typeMessage } from './type-message.ts';
import type { Writers } from './writers.ts';

const GIT_TIMEOUT_MS = 60_000;
/** The next look at the remote waits this long at most; the rest is done beside it. */
const TIDY_LIMITS = { waitMs: 1000, timeoutMs: 10 * 60_000 };

/** Carries out one action of the object `key`. Never throws: what went wrong is the outcome. Safe to repeat. */
export async function act(key: string, action: Action, writers: Writers): Promise<Outcome> {
  try {
    return { action, result: 'Done', facts: await carryOut(key, action, writers) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // A record that somebody else changed meanwhile is a world that moved on: the next pass reads it again.
    const hasMoved = error instanceof PreconditionFailed || error instanceof ConflictError;
    if (hasMoved) return { action, result: 'PreconditionFailed', message, facts: {} };
    const reason = (error as { reason?: unknown } | undefined)?.reason;
    return {
      action,
      result: 'Failed',
      reason: typeof reason === 'string' ? reason : 'ActionFailed',
      message,
      facts: {},
    };
  }
}

type Handlers = {
  readonly [T in Action['type']]: (
    action: Extract<Action, { type: T }>,
    writers: Writers,
    key: string,
  ) => Promise<OutcomeFacts>;
};

async function carryOut(key: string, action: Action, writers: Writers): Promise<OutcomeFacts> {
  const handle = HANDLERS[action.type] as (action: Action, writers: Writers, key: string) => Promise<OutcomeFacts>;
  return handle(action, writers, key);
}

const HANDLERS: Handlers = {
  ...MACHINE_HANDLERS,
  CreateSession: createSession,
  StopSession: stopSession,
  TypeMessage: typeMessage,
  TypeCommand: typeCommand,
  AnswerDialog: answerDialog,
  CreateDelivery: createDelivery,
  SettleDelivery: settleDelivery,
  DeleteDelivery: removeDelivery,
  EnsureSequence: ensureSequence,
  EnsureAccount: ensureAccount,
  SendNotice: sendNotice,
  SendHeartbeat: sendHeartbeat,
  Finalize: finalize,
  RecordBoot: recordBoot,
  async CloneWorkdir({ path, url, branch, credentials }, { git }) {
    await git.writer.clone({ path, url, branch, timeoutMs: GIT_TIMEOUT_MS, credentials });
    return {};
  },
  async MakeWorkdir({ path }, { files }) {
    await files.makeFolder(path);
    return {};
  },
  async AdoptSession({ target, marks, files: lost = [] }, { tmux, files }) {
    for (const file of lost) await files.write(file.path, file.text, file.mode);
    await tmux.writer.mark(target, marks);
    return {};
  },
  async EndProcess({ pid, startTime, signal }, { processes }) {
    await processes.writer.signal({ pid, startTime }, signal);
    return {};
  },
  async RecoverSocket({ serverPid }, { tmux }) {
    await tmux.writer.recoverSocket(serverPid);
    return {};
  },
  async Interrupt({ target, keys }, { tmux }) {
    for (const one of keys) await tmux.writer.sendKeys(target, [one]);
    return {};
  },
  async TidyMirror({ mirror }, { git }) {
    await git.writer.tidy({ mirror, ...TIDY_LIMITS });
    return {};
  },
  async FetchMirror({ mirror, url, branch, previous, credentials }, { git }) {
    const commit = await git.writer.fetch({ mirror, url, branch, timeoutMs: GIT_TIMEOUT_MS, credentials });
    if (previous === undefined || previous === commit) return { commit };
    const reachable = await git.reader.isAncestor(mirror, previous, commit);
    // All that the head contains was fetched: a former head that is not there, in a mirror made anew, is no part of it.
    if (reachable.state === 'unknown' && reachable.reason === 'CommitMissing') return { commit, isAppend: false };
    return reachable.state === 'known' ? { commit, isAppend: reachable.value } : { commit };
  },
  async RunEvidence({ request, root, most, keep }, { evidence }) {
    await evidence.start(request);
    await evidence.prune(root, { most, keep });
    return {};
  },
  async StopEvidence({ folder }, { evidence }) {
    await evidence.stop(folder);
    return {};
  },
};
