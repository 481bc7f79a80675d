import { compact } from '#api/compact.ts';
import { isSameRepository, shownUrl } from '#api/repository-url.ts';
import type { CloneView } from '#drivers/git/git.ts';

import { doNow, waitFor, type Decision } from '../plan.ts';
import type { AgentCase } from './agent-case.ts';

const RETRY_MS = 15_000;

/** Makes a missing working folder or clone; anything that is there already is left alone, and a wrong one is refused. */
export function prepareWorkdir(at: AgentCase): Decision | undefined {
  const { workdir } = at.seen;
  const path = at.agent.spec.workdir;
  if (workdir.state !== 'known') {
    const why = workdir.state === 'unknown' ? workdir.message : 'there is no such folder';
    return waitFor('WorkdirUnreadable', `could not look at the working folder "${path}": ${why}`, {
      requeueAfterMs: RETRY_MS,
    });
  }
  return at.agent.spec.repositoryRef === undefined ? plainFolder(at, workdir.value) : cloneOf(at, workdir.value);
}

function plainFolder(at: AgentCase, view: CloneView): Decision | undefined {
  if (view.kind !== 'Missing') return undefined;
  const path = at.agent.spec.workdir;
  if (at.agent.spec.mode !== 'Loop')
    return waitFor('WorkdirMissing', `the working folder "${path}" does not exist; make it`, { needsPerson: true });
  const why = {
    reason: 'WorkdirMissing',
    message: `the working folder "${path}" does not exist`,
    blast: 'none',
  } as const;
  return doNow([{ type: 'MakeWorkdir', ...why, path }], 0);
}

function cloneOf(at: AgentCase, view: CloneView): Decision | undefined {
  const path = at.agent.spec.workdir;
  const repository = at.seen.related.repository;
  if (repository === undefined) {
    return waitFor(
      'DependencyNotReady',
      `Repository/${at.agent.spec.repositoryRef?.name ?? ''} does not exist; apply it`,
      { needsPerson: true },
    );
  }
  const { url, branch, credentials } = repository.spec;
  if (view.kind === 'Missing' || view.kind === 'Empty') {
    const why = {
      reason: 'WorkdirMissing',
      message: `the working folder "${path}" is not there yet`,
      blast: 'none',
    } as const;
    return doNow([{ type: 'CloneWorkdir', ...why, path, url, branch, ...compact({ credentials }) }], 0);
  }
  if (view.kind === 'NotClone') {
    return waitFor(
      'WorkdirNotClone',
      `"${path}" holds something that is not a git clone; move it away or correct workdir`,
      { needsPerson: true, requeueAfterMs: RETRY_MS },
    );
  }
  if (view.originUrl === undefined || isSameRepository(view.originUrl, url)) return undefined;
  const message = `"${path}" is a clone of "${view.originUrl}", not of "${shownUrl(url)}"; move it away or correct workdir`;
  return waitFor('WorkdirWrongRemote', message, { needsPerson: true, requeueAfterMs: RETRY_MS });
}
