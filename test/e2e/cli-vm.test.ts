import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { rigIdOf } from '#controller/rig-id.ts';

import { IMAGES, type Incusd } from '../../demo/incusd/incusd.ts';
import { eventually } from '../support/eventually.ts';
import { skipIncusd, startTestIncusd } from '../support/incusd.ts';
import { machineFacts } from '../support/pipeline-machine.ts';
import { freePort } from '../support/sshd.ts';
import { createCliRig, type CliRig, type Ended, type StartedController } from './cli-rig.ts';

const CANARY = 'kanarienvogel-4711';
const CCCI = join(import.meta.dirname, '../../bin/ccci');

describe('commands about a machine', { skip: skipIncusd }, () => {
  let rig: CliRig;
  let incusd: Incusd;
  let controller: StartedController;
  const printed: string[] = [];

  const ccci = async (...args: readonly string[]): Promise<Ended> => {
    const ended = await rig.ccci(args);
    printed.push(ended.out, ended.err);
    return ended;
  };
  const condition = async (type: string) => {
    const all = await rig.get<readonly { type: string; status: string; reason: string; message: string }[] | undefined>(
      'vm/box',
      'status.conditions',
    );
    return all?.find((one) => one.type === type);
  };
  const ready = (reason: string) =>
    eventually(`vm/box is Ready for ${reason}`, async () => (await condition('Ready'))?.reason === reason);

  async function manifest(more: string, server = `url: ${incusd.url}, fingerprint: 'sha256:${incusd.fingerprint}'`) {
    const trust = `certFile: ${incusd.clientCertFile}, keyFile: ${incusd.clientKeyFile}`;
    return `apiVersion: ccci.dev/v1alpha1
kind: VirtualMachine
metadata: { name: box }
spec:
  server: { ${server}, ${trust} }
  project: ${incusd.project}
  type: container
  image: { alias: ${IMAGES.polite} }
  config: { limits.memory: 16MiB }
  memoryCap: { limit: 1GiB }
  devices: { root: { type: disk, path: /, pool: default } }
${more}`;
  }

  const CLOUD_INIT = `  cloudInit:
    userData: { file: user-data.yaml }
    secrets: [{ name: KEY, valueFrom: { file: key } }]
`;

  before(async () => {
    [rig, incusd] = await Promise.all([createCliRig(), startTestIncusd()]);
    const port = await freePort();
    const probe = `  probes: [{ name: port, tcp: { host: 127.0.0.1, port: ${String(port)} }, period: 500ms, failureThreshold: 2 }]\n`;
    await rig.write('user-data.yaml', '#cloud-config\nkey: {{ secrets.KEY }}\n');
    await writeFile(join(rig.manifests, 'key'), `${CANARY}\n`, { mode: 0o600 });
    await rig.write('box.yaml', await manifest(`${probe}${CLOUD_INIT}  repair: { recreate: { policy: Approval } }\n`));
    assert.equal((await ccci('apply', '-f', join(rig.manifests, 'box.yaml'))).code, 0);
    controller = await rig.start();
    await ready('NeedsApproval');
  });
  after(async () => {
    await rig?.end();
    await incusd?.stop();
  });

  it('says what stands in the way: by status, by vm status, and by diff with the sum of the memory', async () => {
    assert.match((await ccci('status')).out, /^Needs you\n {2}virtualmachine\/box +NeedsApproval/);
    const { out } = await ccci('vm', 'status', 'box');
    assert.match(out, /^vm box\n/);
    assert.match(out, /instance +box in project terraform-ci: Running/);
    assert.match(out, /probe +port: FAILS \(\d+ in a row\): .*connection refused/);
    const diff = await ccci('diff', '--waiting');
    assert.match(diff.out, /NeedsApproval/);
    assert.match(diff.out, /would wipe its disk.*memory of the project then: box 16MiB = 16MiB of 1GiB/s);
  });

  it('refuses an approval where nobody can have read what will be lost, after saying it', async () => {
    const { code, err } = await ccci('approve', 'vm/box');
    assert.equal(code, 1);
    assert.match(err, /wipes its disk/);
    assert.match(err, /NOTHING IS KEPT: its manifest says beforeRecreate\.backup: None/);
    assert.match(err, /refused: nobody can be asked, because there is no terminal/);
    assert.match(err, /--yes/);
    assert.equal(await rig.get('vm/box', 'operator'), undefined);
  });

  it('takes no approval from an agent of the rig', async () => {
    const marks = { CCCI_RIG: rigIdOf(rig.stateDir), CCCI_AGENT: 'builder' };
    const env = { PATH: process.env['PATH'], CCCI_STATE_DIR: rig.stateDir, ...marks };
    const err = await new Promise<string>((resolve) => {
      execFile(CCCI, ['approve', 'vm/box', '--yes'], { env }, (error, _out, text) => {
        resolve(`${String(error?.code)} ${text}`);
      });
    });
    assert.match(err, /^1 error: refused: agent "builder" gave this order/);
    assert.equal(await rig.get('vm/box', 'operator'), undefined);
  });

  it('approves one recreate with --yes, which is carried out once', async () => {
    const first = await machineFacts(incusd, 'box');
    const { code, out } = await ccci('approve', 'vm/box', '--yes', '--why', 'it is broken');
    assert.deepEqual([code, /^vm\/box approved until 20/.test(out)], [0, true]);
    const next = await eventually('another disk', async () => {
      const facts = await machineFacts(incusd, 'box');
      return facts !== undefined && facts.uuid !== first?.uuid && facts.status === 'Running' ? facts : undefined;
    });
    await ready('NeedsApproval');
    await eventually('its failure has a name', () => rig.get('vm/box', 'status.failure.id'));
    assert.equal((await machineFacts(incusd, 'box'))?.uuid, next.uuid, 'the approval is used up');
    assert.equal((await rig.get<string[]>('vm/box', 'status.recreates')).length, 1);
  });

  it('shows that a secret has changed, and never what it is', async () => {
    await writeFile(join(rig.manifests, 'key'), `${CANARY}-new\n`, { mode: 0o600 });
    await rig.write('box.yaml', await manifest(CLOUD_INIT));
    assert.equal((await ccci('apply', '-f', join(rig.manifests, 'box.yaml'))).code, 0);
    const differs = await eventually('it differs', async () => {
      const { out } = await ccci('vm', 'status', 'box');
      return out.includes('differs') ? out : undefined;
    });
    assert.match(differs, /cloud-init\.user-data \(needs a recreate\)/);
    assert.match(differs, /ready +True InstanceRunning/, 'it works as it is');
    assert.match((await ccci('diff', '--waiting')).out, /ChangeNeedsRecreate.*cloud-init\.user-data/s);
    for (const args of [
      ...['yaml', 'json', 'wide'].map((form) => ['get', 'vm/box', '-o', form]),
      ...[['describe', 'vm/box'], ['events'], ['status'], ['vm', 'status', 'box', '-o', 'yaml'], ['diff']],
    ])
      await ccci(...args);
    const folder = { recursive: true, withFileTypes: true } as const;
    const files = (await readdir(rig.stateDir, folder)).filter((one) => one.isFile());
    const stored = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')));
    assert.ok(stored.length > 3);
    for (const text of [...stored, ...printed, controller.log()]) assert.ok(!text.includes(CANARY), text.slice(0, 300));
    assert.ok(stored.some((text) => text.includes('user-data.yaml')));
  });

  it('is loud about a server that nobody checks, and refuses that together with secrets', async () => {
    const insecure = `url: ${incusd.url}, insecure: true`;
    await rig.write('box.yaml', await manifest(CLOUD_INIT, insecure));
    const refused = await ccci('apply', '-f', join(rig.manifests, 'box.yaml'));
    assert.notEqual(refused.code, 0);
    assert.match(refused.err, /must be empty with server\.insecure: anybody on the way could read them/);
    await rig.write('box.yaml', await manifest('', insecure));
    assert.equal((await ccci('apply', '-f', join(rig.manifests, 'box.yaml'))).code, 0);
    await eventually('it is told', async () => (await condition('ServerVerified'))?.status === 'False' || undefined);
    assert.match((await ccci('status')).out, /^Needs you\n {2}virtualmachine\/box +ServerUnverified +insecure: true/);
    assert.match((await ccci('vm', 'status')).out, /INSECURE +nobody checks who the server is/);
  });
});
