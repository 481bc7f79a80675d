import { decodeObject } from '#api/decode.ts';
import type { GateObject } from '#api/gate.ts';
import { parseDurationMs } from '#api/quantity.ts';
import { fromIso } from '#api/time.ts';
import type { Store, StoredObject } from '#store/store.ts';

import { isReadable } from './is-readable.ts';

/** A commit as commands show it. */
export type CommitView = {
  readonly sha: string;
  readonly subject: string;
  readonly at: string;
  readonly author: string;
};

/** One scope of a gate as commands show it. */
export type ScopeView = {
  readonly scope: string;
  readonly state: string;
  /** True for a claim from before the open phase: it is told, and no part of the phase. */
  readonly isCarried: boolean;
  readonly claim: CommitView | undefined;
  readonly verdict: CommitView | undefined;
  /** Time since the claim (or the veto, where nothing is claimed), ms. */
  readonly ageMs: number | undefined;
  readonly evidence: NonNullable<GateObject['status']>['scopes'][number]['evidence'] | undefined;
  readonly override:
    | { readonly by: string; readonly at: string; readonly why: string | undefined; readonly verdict: string }
    | undefined;
  readonly unclean: string | undefined;
  readonly isOverdue: boolean;
};

/** One gate as commands show it. */
export type GateView = {
  readonly name: string;
  readonly claimant: string;
  readonly verifier: string;
  readonly sequence: string;
  readonly guard: string;
  readonly ready: string;
  readonly message: string;
  readonly scopes: readonly ScopeView[];
  readonly foreign: NonNullable<NonNullable<GateObject['status']>['foreign']>;
};

/** What each guard means to a person. */
export const GUARD_WORDS: Readonly<Record<string, string>> = {
  None: 'none: a claim or verdict counts whoever made it',
  AuthorNames: 'author names: against mistakes, anybody can set a name',
  Signatures: 'signatures: by the keys of the allowed signers',
  Unknown: 'not looked at yet',
};

/** The gates by name. */
export async function readGates(store: Store, nowMs: number): Promise<readonly GateView[]> {
  const gates = (await store.list('Gate')).filter(isReadable);
  return gates
    .flatMap((gate) => gateOf(gate) ?? [])
    .map((gate) => gateView(gate, nowMs))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A stored gate with its types; undefined when it can not be read. */
export function gateOf(stored: StoredObject): GateObject | undefined {
  const decoded = decodeObject(stored);
  return 'object' in decoded && decoded.object.kind === 'Gate' ? decoded.object : undefined;
}

function gateView({ metadata, spec, status }: GateObject, nowMs: number): GateView {
  const { conditions = [], scopes = [], carried = [], foreign = [], guard = 'Unknown' } = status ?? {};
  const ready = conditions.find(({ type }) => type === 'Ready');
  const { claimant, verifier, sequence, verdictWithin } = spec;
  // As the gate's own condition says it, which is about all of its scopes.
  const lateMs = verdictWithin === undefined ? Infinity : 2 * parseDurationMs(verdictWithin);
  const view = (isCarried: boolean) => (scope: Scope) => scopeView(scope, { isCarried, lateMs, nowMs });
  return {
    ...{ name: metadata.name, claimant, verifier, sequence, guard },
    ready: ready?.status ?? 'Unknown',
    message: ready?.message ?? 'not looked at yet',
    scopes: [...scopes.map(view(false)), ...carried.map(view(true))],
    foreign,
  };
}

type Scope = NonNullable<GateObject['status']>['scopes'][number];

function scopeView(scope: Scope, at: { isCarried: boolean; lateMs: number; nowMs: number }): ScopeView {
  const { claim, verdict, evidence, override, unclean, wait } = scope;
  const sinceMs = fromIso((claim ?? verdict)?.at);
  return {
    scope: scope.scope,
    state: scope.state,
    isCarried: at.isCarried,
    claim,
    verdict,
    // A commit may name a time to come.
    ageMs: sinceMs === undefined ? undefined : Math.max(0, at.nowMs - sinceMs),
    evidence,
    override:
      override === undefined
        ? undefined
        : { by: override.by, at: override.at, why: override.why, verdict: override.verdict },
    unclean,
    isOverdue: wait !== undefined && wait.waitedMs >= at.lateMs,
  };
}
