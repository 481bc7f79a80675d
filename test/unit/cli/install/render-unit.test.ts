import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';

import { renderMachineConfig } from '#cli/install/render-machine-config.ts';
import { renderNixModule } from '#cli/install/render-nix-module.ts';
import { renderUnit } from '#cli/install/render-unit.ts';
import type { ServicePlan } from '#cli/install/service-plan.ts';

const PLAN: ServicePlan = {
  scope: 'system',
  user: 'ana',
  program: '/usr/bin/env',
  workdir: '/srv',
  path: '/usr/local/bin:/usr/bin:/bin',
  lang: 'C.UTF-8',
  stateDir: '/var/lib/ccci',
  tmuxSocket: undefined,
  rebootLog: '/srv/crew/REBOOTS.md',
  manifests: ['/srv/crew/manifests'],
};

const USER_PLAN: ServicePlan = {
  ...PLAN,
  scope: 'user',
  stateDir: '/home/ana/.local/state/ccci',
  tmuxSocket: '/run/user/1000/tmux 50%.sock',
  rebootLog: undefined,
  manifests: [],
};

const TEXTS: readonly { readonly file: string; readonly text: string; readonly reason: string }[] = [
  { file: 'system.service', text: renderUnit(PLAN), reason: 'a unit of the system with a user of its own' },
  { file: 'user.service', text: renderUnit(USER_PLAN, { lingers: true }), reason: 'a unit of a user that lingers' },
  { file: 'config.yaml', text: renderMachineConfig(PLAN), reason: 'every shell uses the same state directory' },
  { file: 'module.nix', text: renderNixModule(PLAN), reason: 'the same service as a declaration' },
];

for (const { file, text, reason } of TEXTS)
  test(`${file} is what was agreed on: ${reason}`, () => {
    const path = join(import.meta.dirname, '../../../golden/units', file);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
    assert.equal(text, readFileSync(path, 'utf8'));
  });

test('the NixOS module and the unit say the same about the service', () => {
  const unit = renderUnit(PLAN);
  const settings = /serviceConfig = \{\n([\s\S]*?)\n {4}\};/.exec(renderNixModule(PLAN))?.[1] ?? '';
  const pairs = [...settings.matchAll(/^ +(\w+) = "?(.*?)"?;$/gm)].filter(([, name]) => name !== 'ExecStart');
  assert.ok(pairs.length >= 12);
  for (const [, name, value] of pairs) {
    const written = value === 'false' ? 'no' : value;
    assert.ok(unit.includes(`\n${String(name)}=${String(written)}\n`), `${String(name)} = ${String(value)}`);
  }
});

const ODD: readonly { readonly path: string; readonly line: string; readonly reason: string }[] = [
  { path: '/srv/a b', line: '"/srv/a b"', reason: 'a space would end the word' },
  { path: '/srv/50%', line: '/srv/50%%', reason: 'a percent sign begins a specifier' },
  { path: '/srv/$HOME', line: '/srv/$$HOME', reason: 'a dollar sign begins a variable' },
  { path: '/srv/"x"\\', line: '"/srv/\\"x\\"\\\\"', reason: 'quotes and backslashes are escaped' },
];

for (const { path, line, reason } of ODD)
  test(`a folder ${path} reaches the program as it is: ${reason}`, () => {
    const unit = renderUnit({ ...PLAN, manifests: [path] });
    assert.ok(unit.includes(`\nExecStart=/usr/bin/env run --manifests ${line}\n`), unit);
  });

test('systemd finds no mistake in the units', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ccci-test-unit-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const isThere = execFileSync('sh', ['-c', 'command -v systemd-analyze || true'], { encoding: 'utf8' }) !== '';
  if (!isThere && process.env['CI'] === undefined) {
    t.skip('systemd-analyze is not installed: systemd itself was not asked about the units');
    return;
  }
  for (const [scope, plan] of [
    ['--system', PLAN],
    ['--user', USER_PLAN],
  ] as const) {
    const path = join(folder, 'ccci.service');
    writeFileSync(path, renderUnit(plan));
    const said = execFileSync(
      'sh',
      ['-c', 'systemd-analyze "$1" --recursive-errors=no verify "$2" 2>&1', '-', scope, path],
      {
        encoding: 'utf8',
        env: { ...process.env, XDG_RUNTIME_DIR: folder, HOME: folder },
      },
    );
    assert.equal(
      said
        .split('\n')
        .filter((line) => line.includes('ccci.service'))
        .join('\n'),
      '',
    );
  }
});
