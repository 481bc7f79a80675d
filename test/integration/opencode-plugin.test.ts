import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { opencodePlugin } from '#backends/opencode-plugin.ts';
import { createSignalReader } from '#drivers/signals/spool-reader.ts';
import { SIGNAL_SCRIPT } from '#plan/agent/signal-script.ts';

type Hooks = {
  readonly event?: (input: { event: object }) => Promise<void>;
  readonly 'chat.message'?: (input: object, output: object) => Promise<void>;
};
type Plugin = { readonly CcciSignals: (input: object) => Promise<Hooks> };

type Scene = { readonly folder: string; readonly path: string; readonly said: () => Promise<readonly string[]> };

async function withPlugin(resumes: string | undefined, work: (scene: Scene) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "ccci-test-it's here-"));
  try {
    const channel = { script: join(root, 'signal.sh'), folder: join(root, 'spool') };
    await mkdir(channel.folder, { mode: 0o700 });
    await writeFile(channel.script, SIGNAL_SCRIPT, { mode: 0o700 });
    const plugin = opencodePlugin({ channel, resumes });
    const path = plugin.path.replace(/\.js$/, '.mjs');
    await writeFile(path, plugin.text);
    const reader = createSignalReader();
    const said = async () => {
      const spool = await reader.spool(channel.folder, process.getuid?.());
      return spool.state === 'known' ? spool.value.events.map(({ event }) => event) : [];
    };
    await work({ folder: channel.folder, path, said });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function eventually(ask: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 200 && !(await ask()); round += 1) await sleep(50);
  assert.ok(await ask());
}

test('what happens in the agent is said in order, and what helpers do is left out', () =>
  withPlugin(undefined, async ({ path, said }) => {
    const { CcciSignals } = (await import(path)) as Plugin;
    const hooks = await CcciSignals({ client: {}, directory: '/srv' });
    const tell = (type: string, properties: object) => hooks.event?.({ event: { type, properties } });
    const info = { id: 'ses_helper', parentID: 'ses_1' };
    await tell('session.created', { sessionID: 'ses_helper', info });
    const parts = [{ type: 'text', text: 'Begin.' }];
    await hooks['chat.message']?.({ sessionID: 'ses_1' }, { message: { id: 'msg_1' }, parts });
    await tell('session.status', { sessionID: 'ses_helper', status: { type: 'busy' } });
    await tell('session.status', { sessionID: 'ses_1', status: { type: 'busy' } });
    await tell('session.status', { sessionID: 'ses_1', status: { type: 'busy' } });
    await tell('session.idle', { sessionID: 'ses_1' });
    await tell('session.error', {});
    const expected = ['plugin.loaded', 'prompt', 'session.status', 'session.idle', 'session.error'];
    await eventually(async () => (await said()).length >= expected.length);
    assert.deepEqual(await said(), expected);
  }));

test('an opencode that a tool of the agent runs says nothing, and submits nothing', () =>
  withPlugin('ses_1', async ({ folder, path, said }) => {
    await writeFile(join(folder, 'plugin-owner'), '1');
    const script = `const { CcciSignals } = await import(${JSON.stringify(path)});
      const client = { session: { promptAsync: async () => console.log('submitted') } };
      console.log(Object.keys(await CcciSignals({ client, directory: '/srv' })).length);`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    assert.equal(stdout.trim(), '0');
    assert.deepEqual(await said(), []);
  }));

test('the prompt of a resumed conversation is submitted once, also when the plugin is loaded again', () =>
  withPlugin('ses_1', async ({ folder, path }) => {
    await writeFile(join(folder, 'prompt.txt'), 'Go on.');
    const script = `const { CcciSignals } = await import(${JSON.stringify(path)});
      const client = { session: { promptAsync: async (request) => console.log(JSON.stringify(request)) } };
      await CcciSignals({ client, directory: '/srv' });
      await CcciSignals({ client, directory: '/srv' });`;
    const env = { PATH: process.env['PATH'], CCCI_PROMPT_FILE: join(folder, 'prompt.txt') };
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env });
    const requests = stdout.trim().split('\n');
    assert.deepEqual(requests, ['{"path":{"id":"ses_1"},"body":{"parts":[{"type":"text","text":"Go on."}]}}']);
  }));
