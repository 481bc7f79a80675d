import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ABSENT, known } from '#api/fact.ts';
import type { RepositoryObservation } from '#observe/observation.ts';
import { planRepository } from '#plan/plan-repository.ts';
import { NOW_MS, objectOf, RIG } from '../../../support/plan-input.ts';

const LOOKED = { commit: 'c1', observedUrl: '/x.git', observedBranch: 'main', attemptedAt: '2026-03-01T09:59:59.000Z' };

function actions(status: object, seen: Partial<RepositoryObservation>): readonly string[] {
  const repository = objectOf('Repository', { name: 'x', spec: { url: '/x.git' }, status: { ...LOOKED, ...status } });
  const usual = {
    kind: 'Repository',
    rig: RIG,
    mirror: '/state/x.git',
    mirrorHead: known('c1'),
    cloneHeads: {},
  } as const;
  return planRepository(repository, { ...usual, ...seen }, { wallMs: NOW_MS, id: 'i' }).actions.map(({ type }) => type);
}

const size = (looseObjects: number, packs: number) => ({ mirrorSize: known({ looseObjects, packs }) });

describe('a mirror is tidied', () => {
  const rows: { reason: string; status?: object; seen: Partial<RepositoryObservation>; acts: string[] }[] = [
    { reason: 'not while it is small', seen: size(5000, 50), acts: [] },
    { reason: 'when it has many loose objects', seen: size(5120, 1), acts: ['TidyMirror'] },
    { reason: 'when it has many packs', seen: size(0, 51), acts: ['TidyMirror'] },
    { reason: 'not when nobody could count', seen: { mirrorSize: ABSENT }, acts: [] },
    { reason: 'once an hour at most', status: { tidiedAt: '2026-03-01T09:01:00.000Z' }, seen: size(9999, 1), acts: [] },
    {
      reason: 'again after an hour',
      status: { tidiedAt: '2026-03-01T08:59:00.000Z' },
      seen: size(9999, 1),
      acts: ['TidyMirror'],
    },
    {
      reason: 'after a clock that jumped back',
      status: { tidiedAt: '2026-03-02T00:00:00.000Z' },
      seen: size(9999, 1),
      acts: ['TidyMirror'],
    },
    {
      reason: 'after a look at the remote, not before it',
      status: { attemptedAt: '2026-03-01T09:00:00.000Z' },
      seen: size(9999, 1),
      acts: ['FetchMirror'],
    },
  ];
  for (const { reason, status = {}, seen, acts } of rows)
    it(reason, () => assert.deepEqual(actions(status, seen), acts));
});
