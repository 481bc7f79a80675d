import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PreconditionFailed } from '#api/errors.ts';
import type { EvidenceReader, EvidenceRequest, EvidenceView, EvidenceWriter } from '#drivers/evidence/evidence.ts';

/** What the suite needs to try a driver of evidence. */
export type EvidenceWorld = {
  readonly reader: EvidenceReader;
  readonly writer: EvidenceWriter;
  /** Where runs may be. */
  readonly root: string;
  /** A request for the run of that name, whose command goes on until the test ends it. */
  request(name: string, attempt: number): EvidenceRequest;
  /** Ends the run: its command succeeds or fails, or its process dies. */
  end(name: string, how: 'Passed' | 'Failed' | 'Lost'): Promise<void>;
  /** How often the command of that run was begun. */
  begun(name: string): Promise<number>;
  close(): Promise<void>;
};

type Row = { readonly title: string; readonly reason: string; readonly body: (world: EvidenceWorld) => Promise<void> };

/** What every driver of evidence promises; registers the tests. */
export function evidenceContract(name: string, open: () => Promise<EvidenceWorld>): void {
  describe(`${name} keeps the promises of evidence`, () => {
    for (const { title, reason, body } of ROWS)
      it(`${title}: ${reason}`, async () => {
        const world = await open();
        try {
          await body(world);
        } finally {
          await world.close();
        }
      });
  });
}

const ROWS: readonly Row[] = [
  {
    title: 'nothing was run',
    reason: 'an empty answer is an answer',
    async body({ reader, root }) {
      assert.deepEqual(await reader.list(root), { state: 'known', value: {} });
    },
  },
  {
    title: 'a run that succeeds',
    reason: 'it runs until its command ends',
    async body(world) {
      await world.writer.start(world.request('a', 1));
      assert.equal((await view(world, 'a'))?.state, 'Running');
      await world.end('a', 'Passed');
      const ended = await untilState(world, 'a', 'Passed');
      assert.equal(ended.attempts, 1);
      assert.equal(ended.said, 'exit code 0');
    },
  },
  {
    title: 'a run that fails',
    reason: 'how it ended is said in words',
    async body(world) {
      await world.writer.start(world.request('a', 1));
      await world.end('a', 'Failed');
      assert.equal((await untilState(world, 'a', 'Failed')).said, 'exit code 1');
    },
  },
  {
    title: 'the same attempt twice',
    reason: 'a start that is repeated after a crash begins nothing',
    async body(world) {
      await world.writer.start(world.request('a', 1));
      await assert.rejects(world.writer.start(world.request('a', 1)), PreconditionFailed);
      await assert.rejects(world.writer.start(world.request('a', 2)), PreconditionFailed);
      await world.end('a', 'Passed');
      await untilState(world, 'a', 'Passed');
      assert.equal(await world.begun('a'), 1);
    },
  },
  {
    title: 'two starts at one time',
    reason: 'one of them is let through',
    async body(world) {
      const starts = [1, 2, 3].map(() => world.writer.start(world.request('a', 1)));
      const outcomes = await Promise.allSettled(starts);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      await world.end('a', 'Passed');
      await untilState(world, 'a', 'Passed');
      assert.equal(await world.begun('a'), 1);
    },
  },
  {
    title: 'a process that died',
    reason: 'it is lost, and only the next attempt may begin',
    async body(world) {
      await world.writer.start(world.request('a', 1));
      await world.end('a', 'Lost');
      assert.equal((await untilState(world, 'a', 'Lost')).attempts, 1);
      await assert.rejects(world.writer.start(world.request('a', 1)), PreconditionFailed);
      await world.writer.start(world.request('a', 2));
      assert.deepEqual([(await view(world, 'a'))?.state, (await view(world, 'a'))?.attempts], ['Running', 2]);
      await world.end('a', 'Passed');
      assert.equal((await untilState(world, 'a', 'Passed')).attempts, 2);
    },
  },
  {
    title: 'a run that is stopped',
    reason: 'it ends without a verdict; one that has ended stays as it is',
    async body(world) {
      await world.writer.start(world.request('a', 1));
      await world.writer.start(world.request('b', 1));
      await world.end('b', 'Passed');
      await untilState(world, 'b', 'Passed');
      await untilBegun(world, 'a');
      await world.writer.stop(`${world.root}/a`);
      await world.writer.stop(`${world.root}/b`);
      await world.writer.stop(`${world.root}/none`);
      await untilState(world, 'a', 'Stopped');
      assert.equal((await view(world, 'b'))?.state, 'Passed');
    },
  },
  {
    title: 'old runs',
    reason: 'the oldest ended ones go; what runs or is asked for stays',
    async body(world) {
      for (const name of ['a', 'b', 'c', 'd']) {
        await world.writer.start(world.request(name, 1));
        if (name === 'b') continue;
        await world.end(name, 'Passed');
        await untilState(world, name, 'Passed');
      }
      await world.writer.prune(world.root, { most: 1, keep: ['a'] });
      const left = await world.reader.list(world.root);
      assert.deepEqual(left.state === 'known' && Object.keys(left.value).toSorted(), ['a', 'b', 'd']);
      await world.end('b', 'Passed');
      await untilState(world, 'b', 'Passed');
    },
  },
];

async function view({ reader, root }: EvidenceWorld, name: string): Promise<EvidenceView | undefined> {
  const runs = await reader.list(root);
  assert.equal(runs.state, 'known');
  return runs.state === 'known' ? runs.value[name] : undefined;
}

async function untilState(world: EvidenceWorld, name: string, state: EvidenceView['state']): Promise<EvidenceView> {
  for (;;) {
    const seen = await view(world, name);
    if (seen?.state === state) return seen;
    assert.ok(
      seen?.state === 'Running',
      `run "${name}" is ${seen?.state ?? 'not there'}, expected ${state}: ${seen?.said ?? ''}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function untilBegun(world: EvidenceWorld, name: string): Promise<void> {
  while ((await world.begun(name)) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
}
