import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';

import { ABSENT, known } from '#api/fact.ts';
import type { Context } from '#cli/context.ts';
import { installService, type InstallOptions } from '#cli/install/install-service.ts';
import type { ServiceHost } from '#cli/install/service-host.ts';
import type { ServiceScope } from '#cli/install/service-plan.ts';
import { uninstallService } from '#cli/install/uninstall-service.ts';
import { createFiles } from '#drivers/files/real-files.ts';

/** A host whose service manager only remembers: what is enabled, what runs, and who lingers. */
type Host = ServiceHost & {
  readonly state: { enabled: boolean; runs: boolean; lingers: boolean };
  readonly folder: string;
};

type Given = { scope?: ServiceScope; systemd?: boolean; nixOs?: boolean; lingers?: boolean; failing?: string };

function createHost(t: TestContext, { scope = 'system', systemd = true, nixOs = false, ...given }: Given = {}): Host {
  const folder = mkdtempSync(join(tmpdir(), 'ccci-test-install-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const state = { enabled: false, runs: false, lingers: given.lingers ?? false };
  const answers: Readonly<Record<string, () => string>> = {
    enable: () => ((state.enabled = true), ''),
    restart: () => ((state.runs = true), ''),
    disable: () => ((state.enabled = state.runs = false), ''),
    'enable-linger': () => ((state.lingers = true), ''),
    'disable-linger': () => ((state.lingers = false), ''),
    'show-user': () => (state.lingers ? 'yes' : 'no'),
    'daemon-reload': () => '',
  };
  return {
    folder,
    state,
    files: createFiles(),
    places: {
      unit: join(folder, 'systemd/ccci.service'),
      config: scope === 'system' ? join(folder, 'ccci/config.yaml') : undefined,
    },
    control: {
      systemd: () => Promise.resolve(systemd ? known(true as const) : ABSENT),
      isNixOs: () => nixOs,
      run(argv) {
        const word = argv.slice(1).find((one) => !one.startsWith('--')) ?? '';
        if (word === given.failing) return Promise.resolve({ code: 1, out: '', err: 'it did not start\n' });
        return Promise.resolve({ code: 0, out: answers[word]?.() ?? '', err: '' });
      },
    },
  };
}

function createContext(uid = 0, environment: Readonly<Record<string, string>> = {}) {
  const said = { out: '', err: '' };
  const context = {
    terminal: { out: (text: string) => void (said.out += text), err: (text: string) => void (said.err += text) },
    settings: {
      stateDir: '/home/ana/.local/state/ccci',
      tmuxSocket: undefined,
      tmuxConfig: undefined,
      logLevel: 'info',
    },
    environment: { PATH: '/usr/bin', HOME: '/home/ana', ...environment },
    cwd: '/srv',
    person: { name: uid === 0 ? 'root' : 'ana', uid, pid: 1, terminal: undefined },
  } as unknown as Context;
  return { said, context };
}

const OPTIONS: InstallOptions = {
  scope: 'system',
  runAs: 'ana',
  stateDir: undefined,
  manifests: ['crew'],
  workdir: undefined,
  rebootLog: undefined,
  starts: true,
  dryRun: false,
};

describe('install and uninstall', () => {
  it('a service of the system is written, enabled and started, and leaves nothing', async (t) => {
    const host = createHost(t);
    const { context } = createContext();
    assert.equal(await installService(OPTIONS, context, host), 0);
    assert.deepEqual(host.state, { enabled: true, runs: true, lingers: false });
    assert.match(readFileSync(host.places.unit, 'utf8'), /\nUser=ana\n/);
    assert.match(readFileSync(String(host.places.config), 'utf8'), /\nstateDir: "\/var\/lib\/ccci"\nuser: "ana"\n$/);
    assert.equal(await uninstallService({ scope: 'system', dryRun: false }, context, host), 0);
    assert.deepEqual(host.state, { enabled: false, runs: false, lingers: false });
    assert.equal(existsSync(host.places.unit), false);
    assert.equal(existsSync(join(host.folder, 'ccci')), false);
  });

  it('lingering is taken back when install switched it on, also when install was repeated', async (t) => {
    const host = createHost(t, { scope: 'user' });
    const { context } = createContext(1000);
    const options: InstallOptions = { ...OPTIONS, scope: 'user', runAs: undefined };
    await installService(options, context, host);
    await installService(options, context, host);
    assert.equal(host.state.lingers, true);
    await uninstallService({ scope: 'user', dryRun: false }, context, host);
    assert.equal(host.state.lingers, false);
  });

  it('lingering stays when it was there before', async (t) => {
    const host = createHost(t, { scope: 'user', lingers: true });
    const { context } = createContext(1000);
    await installService({ ...OPTIONS, scope: 'user', runAs: undefined }, context, host);
    await uninstallService({ scope: 'user', dryRun: false }, context, host);
    assert.equal(host.state.lingers, true);
  });

  it('a dry run writes nothing and starts nothing', async (t) => {
    const host = createHost(t, { systemd: false });
    const { context, said } = createContext();
    assert.equal(await installService({ ...OPTIONS, dryRun: true }, context, host), 0);
    assert.equal(existsSync(host.places.unit), false);
    assert.deepEqual(host.state, { enabled: false, runs: false, lingers: false });
    assert.match(said.out, /# would write .*ccci\.service\n[\s\S]*# would run systemctl enable ccci\.service\n/);
  });

  it('on NixOS the module is printed and nothing is written', async (t) => {
    const host = createHost(t, { nixOs: true });
    const { context, said } = createContext();
    assert.equal(await installService(OPTIONS, context, host), 0);
    assert.match(said.out, /systemd\.services\.ccci = \{/);
    assert.equal(existsSync(host.places.unit), false);
  });

  it('nothing is there to take away', async (t) => {
    const { context, said } = createContext();
    assert.equal(await uninstallService({ scope: 'system', dryRun: false }, context, createHost(t)), 0);
    assert.equal(said.out, 'no service is installed\n');
  });

  const refused: readonly {
    given: Given;
    options?: Partial<InstallOptions>;
    uid?: number;
    says: RegExp;
    reason: string;
  }[] = [
    { given: { systemd: false }, says: /systemd does not run this host/, reason: 'there is nobody to start the unit' },
    { given: {}, uid: 1000, says: /needs root, but user "ana" asks/, reason: 'only root writes units of the system' },
    { given: {}, options: { runAs: undefined }, says: /--run-as USER/, reason: 'root is nobody to guess' },
    {
      given: {},
      options: { runAs: 'a b' },
      says: /must be the name of a Unix user, not "a b"/,
      reason: 'no such name',
    },
    {
      given: {},
      options: { workdir: '/srv/a\nb' },
      says: /control characters/,
      reason: 'a line feed begins a setting',
    },
    {
      given: { failing: 'restart' },
      says: /"systemctl restart ccci.service" ended with 1: it did not start/,
      reason: 'said',
    },
  ];
  for (const { given, options, uid, says, reason } of refused)
    it(`is refused (${reason})`, async (t) => {
      const { context } = createContext(uid);
      await assert.rejects(installService({ ...OPTIONS, ...options }, context, createHost(t, given)), {
        message: says,
      });
    });

  it('a unit that somebody else wrote is neither replaced nor removed', async (t) => {
    const host = createHost(t);
    const { context } = createContext();
    mkdirSync(join(host.folder, 'systemd'));
    writeFileSync(host.places.unit, '[Service]\nExecStart=/bin/true\n');
    await assert.rejects(installService(OPTIONS, context, host), /was not written by "ccci install"/);
    await assert.rejects(uninstallService({ scope: 'system', dryRun: false }, context, host), /was not written by/);
    assert.equal(readFileSync(host.places.unit, 'utf8'), '[Service]\nExecStart=/bin/true\n');
  });
});
