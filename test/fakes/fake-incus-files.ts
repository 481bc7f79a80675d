import { ABSENT, known, unknown } from '#api/fact.ts';
import type { Fact } from '#api/fact.ts';
import type { GuestCommand, GuestFile, GuestFileRequest, GuestReader, GuestWriter } from '#drivers/incus/guest.ts';
import { IncusError } from '#drivers/incus/incus.ts';
import type { InstanceTarget } from '#drivers/incus/incus.ts';
import type { FakeIncus } from './fake-incus.ts';
import type { FakeInstance } from './fake-incus-guest.ts';

/** What a program of the fake guest says and ends with. */
export type FakeRun = (command: GuestCommand) => { readonly output: string; readonly exit: number };

/** The files and programs in the instances of the fake server. Programs are what a test makes of them. */
export class FakeGuest implements GuestReader, GuestWriter {
  readonly #incus: FakeIncus;
  #count = 0;
  /** Every program that was run, oldest first. */
  readonly ran: GuestCommand[] = [];
  /** What programs do; a shell's `echo` and `exit` are understood without it. */
  program: FakeRun = shellLike;

  constructor(incus: FakeIncus) {
    this.#incus = incus;
  }

  async file({ project, name }: InstanceTarget, path: string): Promise<Fact<GuestFile>> {
    const instance = await this.#incus.instance(project, name);
    if (instance.state === 'unknown') return instance;
    const guest = this.#incus.peek(project, name);
    if (guest === undefined) return unknown('ServerError', `instance "${name}" not found`);
    if (isDeaf(guest)) return unknown('ServerError', "VM agent isn't currently running");
    const found = guest.files.get(path);
    return found === undefined ? ABSENT : known({ ...found, bytes: Buffer.from(found.bytes) });
  }

  async putFile({ project, name }: InstanceTarget, { path, ...file }: GuestFileRequest): Promise<void> {
    const guest = await this.#reach(project, name);
    guest.files.set(path, { ...file, bytes: Buffer.from(file.bytes) });
  }

  async run({ project, name }: InstanceTarget, command: GuestCommand): Promise<string> {
    const guest = await this.#reach(project, name);
    if (guest.status !== 'Running') throw new IncusError('Refused', 'Instance is not running');
    this.ran.push(command);
    const { output, exit } = this.program(command);
    const mine = { mode: '0600', uid: 0, gid: 0 };
    guest.files.set(`${command.folder}/output`, { ...mine, bytes: Buffer.from(output) });
    guest.files.set(`${command.folder}/exit`, { ...mine, bytes: Buffer.from(`${String(exit)}\n`) });
    this.#count += 1;
    return `run-${String(this.#count)}`;
  }

  async #reach(project: string, name: string): Promise<FakeInstance> {
    const instance = await this.#incus.instance(project, name);
    if (instance.state === 'unknown') throw new IncusError('ServerError', instance.message);
    const guest = this.#incus.peek(project, name);
    if (guest === undefined) throw new IncusError('Refused', `Instance "${name}" not found`);
    if (isDeaf(guest)) throw new IncusError('Refused', "VM agent isn't currently running");
    return guest;
  }
}

// Only a virtual machine needs an agent in it: the files of a container are files of the host.
function isDeaf({ type, answers, status }: FakeInstance): boolean {
  return type === 'virtual-machine' && (!answers || status !== 'Running');
}

function shellLike({ argv, environment }: GuestCommand): { output: string; exit: number } {
  const script = argv[2] ?? '';
  const said = /echo "([^"]*)"/
    .exec(script)?.[1]
    ?.replaceAll(/\$(\w+)/g, (_all, key: string) => environment[key] ?? '');
  return { output: said === undefined ? '' : `${said}\n`, exit: Number(/exit (\d+)/.exec(script)?.[1] ?? 0) };
}
