import assert from 'node:assert/strict';

import { ObjectCache } from '#controller/object-cache.ts';
import { reconcile } from '#controller/reconcile.ts';
import type { DeliverySpec, DeliveryStatus } from '#api/delivery.ts';
import type { SequenceStatus } from '#api/sequence.ts';
import type { Readers } from '#observe/readers.ts';
import { RepositoryHints } from '#observe/repository-hints.ts';
import type { Writers } from '#act/writers.ts';
import { isUnreadable, type JsonObject } from '#store/store.ts';

import { FakeClock } from '../fakes/fake-clock.ts';
import { createFakeEvidence } from '../fakes/fake-evidence.ts';
import { createFakeGit } from '../fakes/fake-git.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { agentOf, RIG } from '../support/plan-input.ts';
import { GateTruth, type TruthCommit } from './gate-truth.ts';
import { writeSpec } from './rig-shape.ts';

const URL = 'https://git.example.org/x.git';
const KEYS = ['Repository/x', 'Gate/handoff', 'Phase/1', 'Sequence/main'] as const;

/** Something that happens to the branch, the controller or the agents. */
export type Step =
  | {
      readonly does: 'say';
      readonly scope: string;
      readonly says: 'claim' | 'PASS' | 'FAIL' | 'VETO' | 'unclear';
      readonly isForged: boolean;
    }
  | { readonly does: 'merge'; readonly back: number }
  | { readonly does: 'rewrite'; readonly drop: number }
  | { readonly does: 'done' }
  | { readonly does: 'finish'; readonly except: number }
  | { readonly does: 'pass'; readonly first: number; readonly killAtWrite: number }
  | { readonly does: 'take' }
  | { readonly does: 'evidence'; readonly how: 'Passed' | 'Failed' | 'Lost' };

/** A gate, its phase and its repository under the real pipeline, on fakes; agents only take what they are told. */
export class GateWorld {
  readonly truth = new GateTruth();
  readonly #clock = new FakeClock();
  readonly #git = createFakeGit();
  readonly #evidence = createFakeEvidence();
  readonly #hasEvidence: boolean;
  readonly #store: MemoryStore;
  /** How often each claim was taken by the verifier. */
  readonly #taken = new Map<string, number>();
  #writesLeft = Infinity;
  #rewrites = 0;
  #scopes = 0;
  #isDone = false;

  constructor(hasEvidence: boolean) {
    this.#hasEvidence = hasEvidence;
    if (hasEvidence) this.truth.evidence = new Map();
    this.#store = new MemoryStore({ onWrite: () => this.#mayDie() });
    this.#commit({ subject: 'begin' }, {});
  }

  /** Stores the manifests and looks for the first time. */
  async begin(): Promise<void> {
    const spec = (name: string): JsonObject => {
      const { spec: agent } = agentOf({
        spec: { author: { name, email: `${name}@example.org` }, workdir: `/work/${name}` },
      });
      return agent as unknown as JsonObject;
    };
    const ref = { repositoryRef: { name: 'x' } };
    const specs: readonly (readonly [string, string, JsonObject])[] = [
      ['Repository', 'x', { url: URL, interval: '10s' }],
      ['Gate', 'handoff', { ...ref, claimant: 'builder', verifier: 'adversary', ...this.#command() }],
      ['Phase', '1', { ...ref, order: 10, requiredGates: ['handoff'] }],
      ['Agent', 'builder', spec('builder')],
      ['Agent', 'adversary', spec('adversary')],
    ];
    for (const [kind, name, object] of specs) await writeSpec(this.#store, { kind, name, spec: object });
    for (let round = 0; round < 4; round += 1) await this.#pass(0);
  }

  async step(step: Step): Promise<void> {
    if (step.does === 'say') this.#say(step);
    if (step.does === 'merge') this.#merge(step.back);
    if (step.does === 'rewrite') this.#rewrite(step.drop);
    if (step.does === 'done')
      this.#commit({ subject: 'status: done', files: { 'STATUS-1.md': '## DONE\n' } }, { isDone: true });
    if (step.does === 'finish') this.#finish(step.except);
    if (step.does === 'take') await this.#take();
    if (step.does === 'evidence') await this.#endRuns(step.how);
    if (step.does === 'pass') await this.#pass(step.first, step.killAtWrite);
  }

  /** Lets everything come to rest, and says what is wrong then. */
  async settle(): Promise<void> {
    for (let round = 0; round < 8; round += 1) {
      await this.#pass(round);
      await this.#take();
      await this.#endRuns('Passed');
    }
    const open = this.truth.scopes(this.#head()).filter(({ isOpen }) => isOpen);
    const owed = (await this.#deliveries()).filter(
      ({ spec, status }) => spec.cause.kind === 'Claim' && status?.settledAt === undefined,
    );
    assert.deepEqual(
      owed.map(({ spec }) => `${spec.agentRef.name} ${spec.cause.sha ?? ''}`).toSorted(),
      open.map(({ claim }) => `adversary ${claim ?? ''}`).toSorted(),
      'the open messages are those of the open claims, one each',
    );
    for (const { claim = '' } of open) assert.ok((this.#taken.get(claim) ?? 0) >= 1, `claim ${claim} was never taken`);
    const begun = this.#evidence.started.map(({ folder, attempt }) => `${folder} ${String(attempt)}`);
    assert.equal(new Set(begun).size, begun.length, 'no attempt was begun twice');
    for (const [claim, times] of this.#taken)
      assert.ok(times <= 1 + this.#rewrites, `claim ${claim} was taken ${String(times)} times`);
  }

  #command(): JsonObject {
    return this.#hasEvidence ? { evidence: { command: ['check'] } } : {};
  }

  // What a run came to stands when it has ended with a result, or was lost for the third time.
  async #endRuns(how: 'Passed' | 'Failed' | 'Lost'): Promise<void> {
    const root = '/state/evidence/handoff';
    const runs = await this.#evidence.reader.list(root);
    for (const [name, { state, attempts }] of runs.state === 'known' ? Object.entries(runs.value) : []) {
      if (state !== 'Running') continue;
      this.#evidence.end(`${root}/${name}`, how);
      const isOver = how !== 'Lost' || attempts >= 3;
      if (isOver) this.truth.evidence?.set(name.slice(0, 40), how === 'Passed' ? 'Passed' : 'Failed');
    }
  }

  #say({ scope, says, isForged }: Step & { does: 'say' }): void {
    const isClaim = says === 'claim';
    const right = isClaim ? 'builder' : 'adversary';
    const name = isForged ? (isClaim ? 'adversary' : 'builder') : right;
    const subject = isClaim ? `claim(${scope}): it works` : `review(${scope}): ${says === 'unclear' ? 'hm' : says}`;
    this.#commit(
      { subject, author: { name, email: `${name}@example.org` } },
      isForged ? {} : { word: { scope, says } },
    );
  }

  // The verifier lets every scope pass but perhaps one, and the marker is set: a phase that may end, or only just not.
  #finish(except: number): void {
    for (const [index, { scope }] of this.truth.scopes(this.#head()).entries())
      if (index !== except) this.#say({ does: 'say', scope, says: 'PASS', isForged: false });
    this.#commit({ subject: 'status: done', files: { 'STATUS-1.md': '## DONE\n' } }, { isDone: true });
  }

  // A side branch claims in a scope of its own, so that the order of the two sides says nothing.
  #merge(back: number): void {
    const remote = this.#git.remote(URL);
    const line = this.truth.history(this.#head());
    const onto = line.at(-1 - Math.min(back, line.length - 1))?.sha ?? this.#head();
    this.#scopes += 1;
    const scope = `m${String(this.#scopes)}`;
    const author = { name: 'builder', email: 'builder@example.org' };
    const sha = remote.forcePush({ branch: 'side', onto, subject: `claim(${scope}): aside`, author });
    this.truth.add({ sha, parents: [onto], word: { scope, says: 'claim' }, isDone: false });
    this.#commit({ subject: 'Merge branch side', merge: sha }, {});
  }

  #rewrite(drop: number): void {
    const line = this.truth.history(this.#head());
    const onto = line.at(-1 - Math.min(drop, line.length - 1))?.sha ?? this.#head();
    this.#rewrites += 1;
    const sha = this.#git.remote(URL).forcePush({ onto, subject: `rewritten ${String(this.#rewrites)}` });
    this.truth.add({ sha, parents: [onto], isDone: false });
  }

  #commit(
    change: {
      subject: string;
      files?: Record<string, string>;
      merge?: string;
      author?: { name: string; email: string };
    },
    about: Partial<Pick<TruthCommit, 'word' | 'isDone'>>,
  ): void {
    const remote = this.#git.remote(URL);
    const before = remote.branches.get('main');
    const sha = remote.commit(change);
    const parents = [before, change.merge].filter((parent) => parent !== undefined);
    this.truth.add({ sha, parents, isDone: false, ...about });
  }

  #head(): string {
    return this.#git.remote(URL).branches.get('main') ?? '';
  }

  async #take(): Promise<void> {
    this.#writesLeft = Infinity;
    for (const { key, spec, status, version } of await this.#deliveries()) {
      if (status?.settledAt !== undefined || status?.takenAt !== undefined) continue;
      const takenAt = new Date(this.#clock.now().wallMs).toISOString();
      await this.#store.writeStatus(key, { conditions: [], ...status, takenAt } as unknown as JsonObject, version);
      const { kind, sha = '' } = spec.cause;
      if (kind === 'Claim') this.#taken.set(sha, (this.#taken.get(sha) ?? 0) + 1);
    }
  }

  // A controller that dies leaves what it had written; the next one begins from that alone.
  async #pass(first: number, killAtWrite = 0): Promise<void> {
    await this.#clock.advance(15_000);
    this.#writesLeft = killAtWrite > 0 ? killAtWrite : Infinity;
    const tools = this.#tools();
    try {
      for (const at of KEYS.keys()) await reconcile(KEYS[(at + first) % KEYS.length] ?? KEYS[0], tools);
    } catch (error) {
      if (!(error instanceof Death)) throw error;
    }
    this.#writesLeft = Infinity;
    await this.#judgePhase();
  }

  #mayDie(): void {
    this.#writesLeft -= 1;
    if (this.#writesLeft <= 0) throw new Death('the controller was killed');
  }

  async #judgePhase(): Promise<void> {
    const sequence = await this.#store.get('Sequence/main');
    if (this.#isDone || sequence === undefined || isUnreadable(sequence)) return;
    const status = sequence.status as unknown as SequenceStatus | undefined;
    const entry = status?.phases.find(({ state }) => state === 'Done');
    if (entry === undefined) return;
    this.#isDone = true;
    const why = this.truth.whyNotDone(entry.doneCommit ?? '');
    assert.equal(why, undefined, `the phase is called done, but ${why ?? ''}`);
  }

  #tools(): Parameters<typeof reconcile>[1] {
    const cache = new ObjectCache(this.#store);
    const readers: Partial<Readers> = {
      rig: RIG,
      git: this.#git.reader,
      evidence: this.#evidence.reader,
      hints: new RepositoryHints(),
      now: () => this.#clock.now(),
      hash: (text) => text,
    };
    const { writer } = this.#evidence;
    const start: Writers['evidence']['start'] = async (request) => {
      await writer.start(request);
      this.#mayDie();
    };
    const evidence = { ...writer, start };
    const writers: Partial<Writers> = { git: this.#git, store: this.#store, clock: this.#clock, evidence };
    let ids = 0;
    // Only kinds that use nothing else are looked at here.
    return {
      readers: readers as Readers,
      writers: writers as Writers,
      load: () => cache.load(),
      newId: () => `id${String((ids += 1))}`,
    };
  }

  async #deliveries(): Promise<
    readonly { key: string; spec: DeliverySpec; status: DeliveryStatus | undefined; version: string }[]
  > {
    return (await this.#store.list('Delivery')).flatMap((object) => {
      if (isUnreadable(object)) return [];
      const { metadata, spec, status, versions } = object;
      const typed = { spec: spec as unknown as DeliverySpec, status: status as unknown as DeliveryStatus | undefined };
      return [{ key: `Delivery/${metadata.name}`, ...typed, version: versions.status }];
    });
  }
}

class Death extends Error {}
