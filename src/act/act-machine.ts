import { cloudInitFiles, renderCloudInit } from '#api/cloud-init-texts.ts';
import { compact } from '#api/compact.ts';
import { valueOf } from '#api/fact.ts';
import { readSecretFile } from '#drivers/files/read-secret-file.ts';
import { readSourceFile } from '#drivers/files/read-source-file.ts';
import type { MachineAccess } from '#drivers/incus/guest.ts';
import type { InstanceTarget } from '#drivers/incus/incus.ts';
import type { Action } from '#plan/action.ts';

import type { OutcomeFacts } from './outcome.ts';
import type { Writers } from './writers.ts';

type Of<T extends Action['type']> = Extract<Action, { type: T }>;
type Handler<T extends Action['type']> = (action: Of<T>, writers: Writers, key: string) => Promise<OutcomeFacts>;

const NOTE = { mode: '0644', uid: 0, gid: 0 };

/** What becomes of actions on virtual machines. */
export const MACHINE_HANDLERS = {
  async CreateInstance({ request, cloudInit }, { incusOf }, key) {
    const texts = firstBootTexts(cloudInit);
    const writer = await incusOf(key);
    return { operationId: await writer.create({ ...request, config: { ...request.config, ...texts } }) };
  },
  async ChangeInstance({ project, name, change }, { incusOf }, key) {
    const writer = await incusOf(key);
    return { operationId: await writer.changeState({ project, name }, change) };
  },
  async DeleteLeftover({ project, name, requestId }, { incusOf }, key) {
    const writer = await incusOf(key);
    return { operationId: await writer.delete({ project, name, ...compact({ requestId }) }) };
  },
  async UpdateInstance({ project, name, update }, { incusOf }, key) {
    const writer = await incusOf(key);
    await writer.update({ project, name }, update);
    return {};
  },
  // These are status alone: what they say is on disk before the next act.
  BeginRecreate: async () => ({}),
  BeginBackup: async () => ({}),
  ConsumeApproval: async () => ({}),
  async BackUpInstance({ project, name, backup }, { incusOf }, key) {
    const writer = await incusOf(key);
    return { operationId: await writer.backUp({ project, name }, backup) };
  },
  async ForgetBackup({ project, name, backup }, { incusOf }, key) {
    const writer = await incusOf(key);
    return { operationId: await writer.forgetBackup({ project, name }, backup) };
  },
  async FetchBackup({ project, name, backup, path }, { machineOf }, key) {
    const { backups } = await machineOf(key);
    await backups.fetch({ project, name, backup, path });
    return {};
  },
  async WipeInstance({ project, name, uuid }, { incusOf }, key) {
    const writer = await incusOf(key);
    return { operationId: await writer.wipe({ project, name, uuid }) };
  },
  async RenameInstance({ project, name, uuid, newName }, { incusOf }, key) {
    const writer = await incusOf(key);
    return { operationId: await writer.rename({ project, name, uuid }, newName) };
  },
  async PutNote({ project, name, path, text }, { machineOf }, key) {
    const { guest } = await machineOf(key);
    await guest.writer.putFile({ project, name }, { ...NOTE, path, bytes: Buffer.from(text) });
    return {};
  },
  async ApplyPrecondition(action, { machineOf, clock }, key) {
    await applyPrecondition(action, await machineOf(key), clock.now().wallMs);
    return {};
  },
} satisfies { readonly [T in Action['type']]?: Handler<T> };

// Read in the very call and held nowhere: the plan, the log and the store know the files only.
function firstBootTexts(cloudInit: Of<'CreateInstance'>['cloudInit']): Record<string, string> {
  const secrets = Object.fromEntries(
    (cloudInit?.secrets ?? []).map(({ name, valueFrom }) => [name, mustRead(valueFrom.file).trimEnd()]),
  );
  return Object.fromEntries(
    cloudInitFiles(cloudInit).map(({ key, file }) => {
      const rendered = renderCloudInit(mustRead(file), secrets);
      if ('mistake' in rendered) throw new Error(`could not use "${file}": ${rendered.mistake}`);
      return [key, rendered.text] as const;
    }),
  );
}

function mustRead(file: string): string {
  const fact = readSecretFile(file, 0);
  if (fact.state === 'known') return fact.value.text;
  throw new Error(fact.state === 'unknown' ? fact.message : `there is no file "${file}"`);
}

async function applyPrecondition(
  action: Of<'ApplyPrecondition'>,
  { guest }: MachineAccess,
  nowMs: number,
): Promise<void> {
  const { project, name, step, folder, note, timeoutS } = action;
  const target = { project, name };
  const write = (path: string, text: string) =>
    guest.writer.putFile(target, { ...NOTE, path, bytes: Buffer.from(text) });
  if (step.command !== undefined) {
    // With its time: one that was cut off, with its controller or its guest, would seem to run for ever.
    await write(`${folder}/begun`, `${note} ${String(nowMs)}\n`);
    await guest.writer.run(target, { folder, argv: step.command, environment: {}, timeoutS });
    return;
  }
  const from = step.file?.from ?? step.line?.from ?? '';
  const source = valueOf(await readSourceFile(from));
  if (source === undefined) throw new Error(`could not read "${from}" on the controller`);
  if (step.file !== undefined) await guest.writer.putFile(target, { ...step.file, bytes: source.bytes });
  if (step.line !== undefined)
    await addLine(target, { guest, line: step.line, text: source.bytes.toString('utf8').trim() });
  await write(`${folder}/done`, `${note}\n`);
}

type Line = NonNullable<Of<'ApplyPrecondition'>['step']['line']>;

// The rest of the file, its mode and its owner are kept.
async function addLine(
  target: InstanceTarget,
  { guest, line, text }: { guest: MachineAccess['guest']; line: Line; text: string },
): Promise<void> {
  const found = await guest.reader.file(target, line.path);
  if (found.state === 'unknown') throw new Error(found.message);
  const before = found.state === 'known' ? found.value : { mode: line.mode, uid: 0, gid: 0, bytes: Buffer.alloc(0) };
  const old = before.bytes.toString('latin1');
  const lines = old.split('\n').map((one) => one.trimEnd());
  const added = Buffer.from(text, 'utf8').toString('latin1');
  if (lines.includes(added)) return;
  const gap = old === '' || old.endsWith('\n') ? '' : '\n';
  await guest.writer.putFile(target, {
    ...before,
    path: line.path,
    bytes: Buffer.from(`${old}${gap}${added}\n`, 'latin1'),
  });
}
