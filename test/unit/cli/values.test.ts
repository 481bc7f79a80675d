import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import patches from 'fast-json-patch';

import { CliError } from '#cli/cli-error.ts';
import { diffFields } from '#cli/diff-fields.ts';
import { parseFlags, GLOBAL_FLAGS } from '#cli/flags.ts';
import { jsonPatch } from '#cli/json-patch.ts';
import { jsonPath } from '#cli/json-path.ts';
import { readLabelSelector } from '#cli/label-selector.ts';
import { createLogFile } from '#cli/log-file.ts';
import { parseListenAddress } from '#cli/listen-address.ts';
import { resolveSettings } from '#cli/settings.ts';
import type { Json, JsonObject } from '#store/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'ccci-test-cli-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const OBJECT: Json = {
  metadata: { name: 'a', labels: { 'example.org/team': 'x' } },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Stalled', status: 'False' },
    ],
  },
};

const PATHS: readonly { reason: string; path: string; values: readonly Json[] }[] = [
  { reason: 'a field', path: '.metadata.name', values: ['a'] },
  { reason: 'in braces, as kubectl wants it', path: '{.metadata.name}', values: ['a'] },
  { reason: 'with or without the first dot', path: 'metadata.name', values: ['a'] },
  { reason: 'a name with a dot in quotes', path: ".metadata.labels['example.org/team']", values: ['x'] },
  { reason: 'an index', path: '.status.conditions[1].type', values: ['Stalled'] },
  { reason: 'an index from the end', path: '.status.conditions[-1].type', values: ['Stalled'] },
  { reason: 'every item', path: '.status.conditions[*].type', values: ['Ready', 'Stalled'] },
  { reason: 'the items with a value', path: '.status.conditions[?(@.type=="Ready")].status', values: ['True'] },
  { reason: 'what is not there is nothing', path: '.spec.x[3].y', values: [] },
  { reason: 'nothing of the prototype', path: '.constructor', values: [] },
  { reason: 'everything', path: '{}', values: [OBJECT] },
];

describe('a path', () => {
  for (const { reason, path, values } of PATHS)
    it(`finds ${reason}`, () => assert.deepEqual(jsonPath(OBJECT, path), values));
});

const SELECTORS: readonly { selector: string; labels: Record<string, string> | undefined; holds: boolean }[] = [
  { selector: 'role=loop', labels: { role: 'loop' }, holds: true },
  { selector: 'role==loop,crew', labels: { role: 'loop' }, holds: false },
  { selector: 'role!=loop', labels: undefined, holds: true },
  { selector: '!role', labels: { crew: 'x' }, holds: true },
  { selector: 'toString', labels: {}, holds: false },
];

describe('a selector', () => {
  for (const { selector, labels, holds } of SELECTORS)
    it(`${selector} ${holds ? 'takes' : 'leaves'} ${JSON.stringify(labels ?? 'no labels')}`, () =>
      assert.equal(readLabelSelector(selector)(labels), holds));
});

describe('the difference of two specs', () => {
  it('names each field from the outside in, with what it was and is', () => {
    const before = { a: 1, b: { c: 'x', d: [1, 2] }, gone: true };
    const after = { a: 1, b: { c: 'y', d: [1] }, fresh: { deep: 'z' } };
    assert.deepEqual(diffFields(before, after), [
      { path: ['b', 'c'], before: 'x', after: 'y' },
      { path: ['b', 'd', 1], before: 2 },
      { path: ['fresh', 'deep'], after: 'z' },
      { path: ['gone'], before: true },
    ]);
  });

  it('is empty exactly when nothing differs, and its patch makes one from the other', () => {
    const specs = fc.dictionary(
      fc.string({ maxLength: 3 }).filter((key) => key !== '__proto__'),
      fc.jsonValue({ maxDepth: 3 }),
      {
        maxKeys: 4,
      },
    );
    fc.assert(
      fc.property(specs, specs, (first, second) => {
        const [before, after] = JSON.parse(JSON.stringify([first, second])) as [JsonObject, JsonObject];
        const patch = jsonPatch(before, after);
        const patched: unknown = patches.applyPatch(
          structuredClone(before),
          structuredClone(patch) as never[],
        ).newDocument;
        assert.deepEqual(patched, after);
        assert.equal(diffFields(before, after).length === 0, patch.length === 0);
      }),
    );
  });
});

describe('the log file', () => {
  it('never grows beyond its cap, keeps one older file, and is for its owner only', () => {
    const path = join(folder, 'log', 'controller.log');
    const log = createLogFile(path, 100);
    for (let line = 0; line < 50; line += 1) log.write(`line ${String(line)} of many\n`);
    assert.ok(statSync(path).size <= 100);
    assert.ok(statSync(`${path}.1`).size <= 100);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.match(readFileSync(path, 'utf8'), /line 49 of many\n$/);
  });

  it('is made again when its folder was removed', () => {
    const path = join(folder, 'gone', 'controller.log');
    const log = createLogFile(path);
    log.write('a\n');
    rmSync(join(folder, 'gone'), { recursive: true });
    log.write('b\n');
    assert.equal(readFileSync(path, 'utf8'), 'b\n');
  });
});

function config(text: string): string {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, text);
  return path;
}

const none = join(folder, 'no-config.yaml');

describe('settings', () => {
  const settings = (argv: readonly string[], environment: Record<string, string>, configFile = none) =>
    resolveSettings({ parsed: parseFlags(argv, GLOBAL_FLAGS), environment, cwd: folder, configFile });

  it('come from the flag, then the environment, then the file of the machine, then the default', async () => {
    const file = config(`stateDir: ${folder}/file\ntmuxSocket: ${folder}/tmux\nuser: ccci\n`);
    const environment = { CCCI_STATE_DIR: `${folder}/env`, HOME: folder };
    assert.equal((await settings(['--state-dir', 'flag'], environment, file)).stateDir, join(folder, 'flag'));
    assert.equal((await settings([], environment, file)).stateDir, join(folder, 'env'));
    assert.equal((await settings([], { HOME: folder }, file)).stateDir, join(folder, 'file'));
    assert.equal((await settings([], { HOME: folder }, file)).tmuxSocket, join(folder, 'tmux'));
    assert.equal((await settings([], { HOME: folder })).stateDir, join(folder, '.local/state/ccci'));
    assert.equal((await settings([], { XDG_STATE_HOME: `${folder}/xdg` })).stateDir, join(folder, 'xdg/ccci'));
    assert.equal(
      (await settings([], { CCCI_STATE_DIR: '', HOME: folder })).stateDir,
      join(folder, '.local/state/ccci'),
    );
  });

  it('say where webhooks are taken, by flag, environment or the file of the machine', async () => {
    const file = config('webhookListen: 127.0.0.1:1\n');
    const listen = async (environment: Record<string, string>, path = none) =>
      (await settings([], { HOME: folder, ...environment }, path)).webhookListen;
    assert.equal(await listen({}, file), '127.0.0.1:1');
    assert.equal(await listen({ CCCI_WEBHOOK_LISTEN: '[::1]:2' }, file), '[::1]:2');
    assert.equal(await listen({}), undefined);
    assert.deepEqual(parseListenAddress('[::1]:8901'), { host: '::1', port: 8901 });
    assert.deepEqual(parseListenAddress('hooks.example.org:0'), { host: 'hooks.example.org', port: 0 });
    for (const text of ['', '8901', ':8901', 'host', 'host:x', 'host:70000', '::1:8901'])
      assert.throws(() => parseListenAddress(text), /must be HOST:PORT, such as 127\.0\.0\.1:8901/, text);
  });

  it('know one state directory under all its names', async () => {
    symlinkSync(folder, join(folder, 'link'));
    assert.equal((await settings(['--state-dir', 'link/state'], {})).stateDir, join(folder, 'state'));
  });

  const WRONG: readonly { reason: string; text: string; message: RegExp }[] = [
    { reason: 'no YAML', text: 'a: [', message: /config\.yaml:/ },
    { reason: 'no map', text: '- a\n', message: /must be a map/ },
    { reason: 'an unknown field', text: 'statedir: /x\n', message: /"statedir" must be one of/ },
    { reason: 'a relative path', text: 'stateDir: x\n', message: /"stateDir" must be an absolute path/ },
    { reason: 'a number', text: 'stateDir: 5\n', message: /"stateDir" must be a text/ },
  ];
  for (const { reason, text, message } of WRONG)
    it(`refuse a file of the machine with ${reason}`, async () => {
      await assert.rejects(settings([], {}, config(text)), (error: unknown) => {
        assert.ok(error instanceof CliError);
        assert.equal(error.code, 2);
        assert.match(error.message, message);
        return true;
      });
    });

  it('refuse an empty path', async () => {
    await assert.rejects(settings(['--state-dir='], {}), /--state-dir must be a path/);
  });
});
