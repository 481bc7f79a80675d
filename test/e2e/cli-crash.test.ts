import assert from 'node:assert/strict';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { eventually } from '../support/eventually.ts';
import { createCliRig, isAlive, type CliRig, type StartedController } from './cli-rig.ts';

type Condition = { readonly type: string; readonly status: string; readonly reason: string; readonly message: string };

async function conditionOf(rig: CliRig, object: string, type: string): Promise<Condition | undefined> {
  const list = await rig.get<readonly Condition[] | undefined>(object, 'status.conditions');
  return list?.find((one) => one.type === type);
}

function reasonOf(rig: CliRig, object: string, reason: string): Promise<Condition> {
  return eventually(`${object} is ${reason}`, async () => {
    const ready = await conditionOf(rig, object, 'Ready');
    return ready?.reason === reason ? ready : undefined;
  });
}

function running(rig: CliRig, name: string, starts: number): Promise<number> {
  return eventually(`start ${String(starts)} of ${name}`, async () => {
    const { pids } = await rig.notes(name);
    const pid = pids.at(-1);
    return pids.length >= starts && pid !== undefined && isAlive(pid) ? pid : undefined;
  });
}

describe('a controller that dies', () => {
  let rig: CliRig;
  let controller: StartedController;
  before(async () => {
    rig = await createCliRig();
    await rig.write('a.yaml', rig.agent('one'));
    await rig.ccci(['apply', '-f', rig.manifests]);
  });
  after(() => rig.end());

  for (const delayMs of [0, 15, 40, 80, 150])
    it(`leaves one process, ${String(delayMs)} ms after it started`, async () => {
      controller = await rig.start();
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await controller.end('SIGKILL');
      controller = await rig.start();
      const pid = await running(rig, 'one', 1);
      assert.equal((await rig.ccci(['wait', 'agent/one', '--for=condition=Ready', '--timeout', '10s'])).code, 0);
      assert.deepEqual((await rig.notes('one')).pids.filter(isAlive), [pid]);
      await controller.end('SIGKILL');
      assert.ok(isAlive(pid));
      assert.equal((await rig.notes('one')).pids.length, 1, 'it was never started a second time');
    });

  it('is followed at once by another one', async () => {
    controller = await rig.start();
    await controller.end('SIGKILL');
    controller = await rig.start();
    assert.equal((await rig.ccci(['run'])).code, 1);
  });

  it('finds its agents again when the state directory is deleted under it', async () => {
    const pid = await running(rig, 'one', 1);
    await rm(rig.stateDir, { recursive: true });
    await eventually('it starts again', async () => controller.log().includes('the state directory was removed'));
    await eventually('it answers', async () => (await rig.ccci(['status'])).out.includes('controller runs'));
    await rig.ccci(['apply', '-f', rig.manifests]);
    assert.equal((await rig.ccci(['wait', 'agent/one', '--for=condition=Ready', '--timeout', '10s'])).code, 0);
    assert.equal(await rig.get<number>('agent/one', 'status.session.panePid'), pid);
    assert.equal((await rig.notes('one')).pids.length, 1);
    const second = await rig.ccci(['run']);
    assert.match(second.err, /is the controller of/);
  });

  it('applies the manifests that it follows again', async () => {
    await controller.end('SIGTERM');
    controller = await rig.start('--manifests', rig.manifests);
    await rm(rig.stateDir, { recursive: true });
    await eventually(
      'the agent is known again',
      async () => (await rig.ccci(['get', 'agents', '-o', 'jsonpath={.status.session.panePid}'])).out !== '',
    );
    assert.equal((await rig.notes('one')).pids.length, 1);
  });

  it('starts agents again when the tmux server was killed', async () => {
    const before = await running(rig, 'one', 1);
    await rig.tmux.run('kill-server');
    const pid = await running(rig, 'one', 2);
    assert.notEqual(pid, before);
    assert.ok(!isAlive(before));
  });
});

describe('a claim', () => {
  let rig: CliRig;
  let remote: string;
  const crew = `
---
apiVersion: ccci.dev/v1alpha1
kind: Gate
metadata: { name: handoff }
spec: { repositoryRef: { name: work }, sequence: main, claimant: builder, verifier: adversary }
---
apiVersion: ccci.dev/v1alpha1
kind: Phase
metadata: { name: first }
spec: { order: 1, repositoryRef: { name: work }, requiredGates: [handoff] }
`;
  before(async () => {
    rig = await createCliRig();
    remote = await rig.git.bare('work.git');
    await rig.git.commitTo(remote, {});
    const more = '  repositoryRef: { name: work }\n  sequence: main\n  prompt: { inline: go }\n';
    const repository = `apiVersion: ccci.dev/v1alpha1
kind: Repository
metadata: { name: work }
spec: { url: ${remote}, interval: 1s }
`;
    await rig.write(
      'crew.yaml',
      [repository, rig.agent('builder', more), rig.agent('adversary', more)].join('---\n') + crew,
    );
  });
  after(() => rig.end());

  const told = async (name: string, sha: string) =>
    (await rig.notes(name)).lines.filter((line) => line.includes(sha.slice(0, 12))).length;

  it('that was pushed while no controller was alive is told once it is, and not again after the next death', async () => {
    const first = await rig.start('--manifests', rig.manifests);
    await running(rig, 'adversary', 1);
    await running(rig, 'builder', 1);
    await first.end('SIGKILL');
    const claim = await rig.git.commitTo(remote, { subject: 'claim(login): it works' });
    const second = await rig.start();
    await eventually('the verifier is told', async () => (await told('adversary', claim)) > 0);
    await eventually(
      'it is known',
      async () => (await rig.ccci(['get', 'deliveries', '-o', 'jsonpath={.status.takenAt}'])).out !== '',
    );
    await second.end('SIGKILL');
    const third = await rig.start();
    const verdict = await rig.git.commitTo(remote, { subject: 'review(login): PASS' });
    await eventually('the claimant is told', async () => (await told('builder', verdict)) > 0);
    assert.equal(await told('adversary', claim), 1);
    assert.equal(await told('builder', verdict), 1);
    assert.equal((await rig.notes('adversary')).pids.length, 1);
    await third.end('SIGTERM');
  });

  it('that has passed lets the phase be done, and run --until-complete end', async () => {
    await rig.git.commitTo(remote, { subject: 'status', files: { 'STATUS-first.md': '# First\n\n## DONE\n' } });
    const { code, err } = await rig.ccci(['run', '--until-complete', '--log-level', 'warn']);
    assert.equal(code, 0, err);
    for (const name of ['builder', 'adversary'])
      assert.deepEqual((await rig.notes(name)).pids.filter(isAlive), [], `${name} was stopped`);
    assert.match((await rig.ccci(['status'])).out, /^sequence main {2}first done in .* complete /m);
  });
});

describe('what is not as it should be', () => {
  let rig: CliRig;
  let remote: string;
  before(async () => {
    rig = await createCliRig();
    remote = await rig.git.bare('remote.git');
    await rig.git.commitTo(remote, { files: { 'a.txt': 'a' } });
    await rig.write('a.yaml', repository(remote));
    await rig.start('--manifests', rig.manifests);
  });
  after(() => rig.end());

  const repository = (url: string) => `apiVersion: ccci.dev/v1alpha1
kind: Repository
metadata: { name: work }
spec: { url: ${JSON.stringify(url)}, interval: 1s }
`;
  const withClone = (name: string) => rig.agent(name, '  repositoryRef: { name: work }\n  prompt: { inline: go }\n');

  it('a foreign session with the name of an agent is refused and never touched', async () => {
    const session = await rig.tmux.run('new-session', '-d', '-s', 'foreign', '-P', '-F', '#{pane_pid}', 'sleep 1000');
    await rig.write('foreign.yaml', rig.agent('foreign'));
    const ready = await reasonOf(rig, 'agent/foreign', 'SessionForeign');
    assert.match(ready.message, /"foreign" that ccci did not start is there; end or rename it, or set adopt: true/);
    assert.match((await rig.ccci(['status'])).out, /^Needs you\n {2}agent\/foreign {3}SessionForeign/);
    await rig.ccci(['delete', 'agent/foreign', '--wait', '--timeout', '10s']);
    assert.ok(isAlive(Number(session)));
    await rm(join(rig.manifests, 'foreign.yaml'));
  });

  it('a working folder that is no clone is a condition, and recovers when it is moved away', async () => {
    const folder = join(rig.folder, 'work', 'noclone');
    await mkdir(join(folder, 'something'), { recursive: true });
    await rig.write('b.yaml', withClone('noclone'));
    await reasonOf(rig, 'agent/noclone', 'WorkdirNotClone');
    await rename(folder, `${folder}.moved`);
    await rig.ccci(['reconcile', 'agent/noclone']);
    await running(rig, 'noclone', 1);
    assert.equal(await rig.git.git(folder, 'rev-parse', 'HEAD'), await rig.git.git(remote, 'rev-parse', 'main'));
  });

  it('a clone of something else is a condition', async () => {
    const other = await rig.git.bare('other.git');
    await rig.git.commitTo(other, {});
    await rig.git.git(rig.folder, 'clone', '--quiet', other, join(rig.folder, 'work', 'wrong'));
    await rig.write('c.yaml', withClone('wrong'));
    const ready = await reasonOf(rig, 'agent/wrong', 'WorkdirWrongRemote');
    assert.match(ready.message, /is a clone of ".*other(\.git)?", not of ".*remote(\.git)?"/);
    await rm(join(rig.manifests, 'c.yaml'));
  });

  it('a remote that can not be reached for a while is a condition, and recovers by itself', async () => {
    await rename(remote, `${remote}.away`);
    await eventually(
      'the condition',
      async () => (await conditionOf(rig, 'repo/work', 'Reachable'))?.status === 'False',
    );
    assert.equal((await conditionOf(rig, 'repo/work', 'Ready'))?.status, 'False');
    await rename(`${remote}.away`, remote);
    await eventually('it is back', async () => (await conditionOf(rig, 'repo/work', 'Ready'))?.status === 'True');
    assert.equal((await conditionOf(rig, 'repo/work', 'Reachable'))?.status, 'True');
  });

  it('a branch that was force-pushed is a condition', async () => {
    await rig.git.commitTo(remote, { subject: 'rewritten' }, null);
    const intact = await eventually('the condition', async () => {
      const found = await conditionOf(rig, 'repo/work', 'HistoryIntact');
      return found?.status === 'False' ? found : undefined;
    });
    assert.equal(intact.reason, 'HistoryRewritten');
  });

  it('a machine whose server can not be asked is a condition', async () => {
    await rig.write(
      'vm.yaml',
      `apiVersion: ccci.dev/v1alpha1
kind: VirtualMachine
metadata: { name: vm }
spec: { server: { socket: ${JSON.stringify(join(rig.folder, 'no.socket'))} }, project: p, image: { alias: i } }
`,
    );
    const ready = await eventually('the condition', async () => conditionOf(rig, 'vm/vm', 'Ready'));
    assert.equal(ready.status, 'Unknown');
    const { code, err } = await rig.ccci(['diff']);
    assert.equal(code, 4);
    assert.match(err, /^unknown: VirtualMachine\/vm: /m);
  });
});

describe('texts and paths', () => {
  let rig: CliRig;
  before(async () => (rig = await createCliRig()));
  after(() => rig.end());

  it('a prompt of 100 KB with everything in it arrives byte for byte', async () => {
    const odd = 'it\'s "quoted"\n\t$(touch pwned) `id` ${HOME} \\ \\n %s # ! 🙂 ä\u0301\r\n';
    const prompt = odd.repeat(Math.floor(100_000 / Buffer.byteLength(odd)));
    const [head = ''] = rig.agent('odd').split('  prompt:');
    const manifest = `${head}  prompt: { inline: ${JSON.stringify(prompt)} }\n`;
    const applied = await rig.ccci(['apply', '-f', '-'], manifest);
    assert.equal(applied.code, 0, applied.err);
    assert.equal((await rig.ccci(['run', '--once'])).code, 0);
    await running(rig, 'odd', 1);
    assert.ok((await rig.notes('odd')).prompt === prompt);
  });

  it('session names and paths with spaces and quotes are safe', async () => {
    const more = `  session: "my \\"own\\" session's name"\n  prompt: { inline: go }\n`;
    const manifest = rig.agent('spaced', more).replace('work/spaced', `work/it's a \\"folder\\" $(id)`);
    const applied = await rig.ccci(['apply', '-f', '-'], manifest);
    assert.equal(applied.code, 0, applied.err);
    assert.equal((await rig.ccci(['run', '--once'])).code, 0);
    await running(rig, 'spaced', 1);
    assert.match(await rig.tmux.run('list-sessions', '-F', '#{session_name}'), /^my "own" session's name$/m);
    assert.match(await rig.tmux.run('list-panes', '-a', '-F', '#{pane_current_path}'), /it's a "folder" \$\(id\)$/m);
  });
});
