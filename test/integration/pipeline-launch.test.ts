import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { agentManifest, RESTS } from '../support/pipeline-manifests.ts';
import { withRig, writeRigFile, type PipelineRig } from '../support/pipeline.ts';

const PROGRAM = join(import.meta.dirname, '../support/listening-agent.sh');
const NASTY = 'a "b" \'c\' $(touch owned) `touch owned` ; C-c \\ %s #{pid} ~ é 🚀 | & > owned';

describe('what an agent is launched with, on real tmux', { concurrency: 2 }, () => {
  test('reaches it byte for byte: prompt, folder, session name, variables and messages', () =>
    withRig(async (rig) => {
      const prompt = `${NASTY}\n\n\tsecond line\n${'x'.repeat(100 * 1024)}\n`;
      const workdir = join(rig.folder, 'it\'s "my" folder');
      const session = `it's "my" session; & more`;
      const env = [{ name: 'NASTY', value: `${NASTY}\nnext line` }];
      await rig.apply(agentManifest(rig, 'builder', { prompt: { inline: prompt }, workdir, session, env }));
      await rig.start();
      const { pid } = await rig.alive('builder');
      await rig.settled('Agent/builder');
      await rig.ping('builder', NASTY);
      const heard = await rig.noted('builder', /heard/);
      assert.ok(heard.endsWith(`] ${NASTY}`), heard);
      assert.equal(readFileSync(join(rig.folder, 'notes/builder.prompt'), 'utf8'), prompt);
      assert.equal(environmentOf(pid)['NASTY'], `${NASTY}\nnext line`);
      assert.equal(execFileSync('readlink', [`/proc/${pid}/cwd`], { encoding: 'utf8' }).trim(), workdir);
      assert.equal((await rig.tmux.run('list-sessions', '-F', '#{session_name}')).trimEnd(), session);
      assert.deepEqual(readdirSync(workdir), []);
    }));

  test('is changed by a restart between turns, not in mid-turn', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder', { habits: { habits: 'late' } }));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.settled('Agent/builder');
      const env = [{ name: 'MORE', value: 'yes' }];
      await rig.apply(agentManifest(rig, 'builder', { habits: { habits: 'late' }, env }));
      await rig.until('the drift is told', async () => {
        return (await rig.condition('Agent/builder', 'LaunchCurrent'))?.status === 'False';
      });
      await rig.quiet();
      assert.deepEqual(await rig.alive('builder'), first);
      await rig.ping('builder', 'rest now');
      const second = await rig.succeeded('builder', first);
      assert.equal(environmentOf(second.pid)['MORE'], 'yes');
      assert.ok((await rig.notes('builder')).some((line) => line.includes(`heard ${first.incarnation}`)));
    }));

  test('is changed for the same reason when the old process takes long to end, at no cost to the restart budget', () =>
    withRig(async (rig) => {
      const habits = { habits: 'stubborn' };
      await rig.apply(agentManifest(rig, 'builder', { habits }));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.settled('Agent/builder');
      await rig.apply(agentManifest(rig, 'builder', { habits, env: [{ name: 'MORE', value: 'yes' }] }));
      const second = await rig.succeeded('builder', first);
      const start = (await rig.notes('builder')).find((line) => line.includes(`start ${second.incarnation}`));
      assert.match(start ?? '', /reason=it was launched with another/);
      const { recent } = (await rig.status('Agent/builder'))['restarts'] as { recent: readonly object[] };
      assert.partialDeepStrictEqual(recent, [{ reason: 'LaunchDrift', counted: false }]);
    }));

  test('is not touched by an edit of the prompt, which the next start takes', () =>
    withRig(async (rig) => {
      const file = await writeRigFile(rig, 'prompt.md', 'first words\n');
      await rig.apply(agentManifest(rig, 'builder', { prompt: { file } }));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.settled('Agent/builder');
      writeFileSync(file, 'other words\n');
      await rig.quiet();
      assert.deepEqual(await rig.alive('builder'), first);
      process.kill(first.pid, 'SIGKILL');
      await rig.succeeded('builder', first);
      await rig.settled('Agent/builder');
      assert.match(readFileSync(join(rig.folder, 'notes/builder.prompt'), 'utf8'), /other words/);
    }));

  test('is taken anew when a value in an env file changes', () =>
    withRig(async (rig) => {
      const file = await writeRigFile(rig, 'env', 'TOKEN=one\n');
      await rig.apply(agentManifest(rig, 'builder', { envFiles: [file] }));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.settled('Agent/builder');
      writeFileSync(file, 'TOKEN=two\n');
      await rig.lookAtAll();
      const second = await rig.succeeded('builder', first);
      assert.equal(environmentOf(second.pid)['TOKEN'], 'two');
    }));

  test('keeps secret values where only the agent has them', () =>
    withRig(async (rig) => {
      const [one, two] = ['secret-in-value-file-5b1f', 'secret-in-env-file-c07e'];
      const valueFile = await writeRigFile(rig, 'token', one);
      const envFile = await writeRigFile(rig, 'env', `SECOND=${two}\n`);
      const env = [{ name: 'FIRST', valueFrom: { file: valueFile } }];
      await rig.apply(agentManifest(rig, 'builder', { env, envFiles: [envFile] }));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.settled('Agent/builder');
      await rig.ping('builder', 'hello');
      await rig.noted('builder', /heard/);
      process.kill(first.pid, 'SIGKILL');
      const { pid } = await rig.succeeded('builder', first);
      await rig.settled('Agent/builder');
      const { FIRST, SECOND } = environmentOf(pid);
      assert.deepEqual({ FIRST, SECOND }, { FIRST: one, SECOND: two });
      const places = { ...filesBelow(rig.folder, [valueFile, envFile]), ...(await tmuxWords(rig)), ...commandLines() };
      const told = Object.keys(places).filter((place) => places[place]?.includes(one) || places[place]?.includes(two));
      assert.deepEqual(told, []);
      assert.ok(Object.keys(places).some((place) => place.includes('state/')));
    }));

  for (const { reason, prepare, says, mend } of [
    {
      reason: 'EnvironmentMissing',
      prepare: (rig: PipelineRig) => ({ envFiles: [join(rig.folder, 'later.env')] }),
      says: /later\.env.*no such file/,
      mend: (rig: PipelineRig) => writeFileSync(join(rig.folder, 'later.env'), 'A=b\n'),
    },
    {
      reason: 'PromptMissing',
      prepare: (rig: PipelineRig) => ({ prompt: { file: join(rig.folder, 'later.md') } }),
      says: /later\.md.*no such file/,
      mend: (rig: PipelineRig) => writeFileSync(join(rig.folder, 'later.md'), 'work\n'),
    },
    {
      reason: 'PromptTooLarge',
      prepare: (rig: PipelineRig) => {
        writeFileSync(join(rig.folder, 'large.md'), 'é'.repeat(61 * 1024));
        return { prompt: { file: join(rig.folder, 'large.md') } };
      },
      says: /120 KiB/,
      mend: (rig: PipelineRig) => writeFileSync(join(rig.folder, 'large.md'), 'short\n'),
    },
  ]) {
    test(`waits for ${reason} and goes on by itself when that is mended`, () =>
      withRig(async (rig) => {
        await rig.apply(agentManifest(rig, 'builder', prepare(rig)));
        await rig.start();
        assert.match((await rig.ready('Agent/builder', reason)).message, says);
        assert.deepEqual(rig.agents.all(), []);
        mend(rig);
        await rig.lookAtAll();
        await rig.settled('Agent/builder');
      }));
  }

  test('has no say in a session that a person owns: marked on sight, told things, never restarted', () =>
    withRig(async (rig) => {
      const notes = join(rig.folder, 'notes');
      const marks = ['CCCI_AGENT=person', `CCCI_PROMPT_FILE=${rig.folder}/none`, 'CCCI_INCARNATION=theirs'];
      const variables = [`AGENT_NOTES=${notes}`, `AGENT_SAYS=${RESTS}`, ...marks].flatMap((each) => ['-e', each]);
      mkdirSync(join(rig.folder, 'work/person'), { recursive: true });
      await rig.apply(agentManifest(rig, 'person', { mode: 'Interactive' }));
      await rig.start();
      await rig.ready('Agent/person', 'NotStarted');
      await rig.tmux.run('new-session', '-d', '-s', 'person', ...variables, '/bin/sh', PROGRAM);
      const own = await rig.alive('person');
      await rig.settled('Agent/person');
      await rig.ping('person', 'hello');
      await rig.noted('person', /heard .*hello/);
      await rig.order('Agent/person', { restart: { by: 'x', at: new Date().toISOString(), id: 'r' } });
      await rig.quiet();
      assert.equal((await rig.alive('person')).pid, own.pid);
      process.kill(own.pid, 'SIGKILL');
      await rig.ready('Agent/person', 'NotStarted');
      await rig.quiet();
      assert.equal((await rig.notes('person')).filter((line) => line.startsWith('start')).length, 1);
    }));
});

function environmentOf(pid: number): Record<string, string> {
  const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  return Object.fromEntries(entries.map((each) => [each.split('=')[0] ?? '', each.slice(each.indexOf('=') + 1)]));
}

function filesBelow(folder: string, except: readonly string[]): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  const files = paths.filter((path) => !except.includes(path) && statSync(path, { throwIfNoEntry: false })?.isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(path, 'utf8')]));
}

async function tmuxWords(rig: PipelineRig): Promise<Record<string, string>> {
  const [pid] = (await rig.tmux.run('display-message', '-p', '#{pid}')).split('\n');
  return {
    'environment of the server': readFileSync(`/proc/${pid}/environ`, 'utf8'),
    'global environment': await rig.tmux.run('show-environment', '-g'),
    'session environment': await rig.tmux.run('show-environment', '-t', '=builder:'),
    'session options': await rig.tmux.run('show-options', '-t', '=builder:'),
    'pane options': await rig.tmux.run('show-options', '-p', '-t', '=builder:'),
    screen: await rig.tmux.run('capture-pane', '-p', '-S', '-', '-t', '=builder:'),
  };
}

function commandLines(): Record<string, string> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return Object.fromEntries(pids.flatMap((pid) => commandLineOf(pid)));
}

function commandLineOf(pid: string): readonly (readonly [string, string])[] {
  try {
    return [[`command line of ${pid}`, readFileSync(`/proc/${pid}/cmdline`, 'utf8')]];
  } catch {
    return [];
  }
}
