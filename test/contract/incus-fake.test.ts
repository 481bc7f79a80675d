import { FakeClock } from '../fakes/fake-clock.ts';
import { FakeIncus } from '../fakes/fake-incus.ts';
import { FakeGuest } from '../fakes/fake-incus-files.ts';
import { incusContract } from './incus-contract.ts';
import type { IncusWorld } from './incus-world.ts';

incusContract('the Incus server in memory keeps the contract', makeFakeWorld);

async function makeFakeWorld(): Promise<IncusWorld> {
  const clock = new FakeClock();
  const incus = new FakeIncus(clock);
  const guest = new FakeGuest(incus);
  const project = 'terraform-ci';
  incus.addProject(project, '1GiB');
  incus.addImage('polite', 'a'.repeat(64));
  incus.addImage('stuck', 'b'.repeat(64), false);
  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (let step = 0; !(await holds()); step += 1) {
      if (step > 4_000) throw new Error(`never true: ${holds.toString()}`);
      await clock.advance(10);
    }
  }
  return {
    reader: incus,
    writer: incus,
    watcher: incus,
    guest: { reader: guest, writer: guest },
    project,
    image: 'polite',
    stuckImage: 'stuck',
    slowImage: 'polite',
    until,
    async ended(id) {
      await until(async () => {
        const fact = await incus.operation(id);
        return fact.state === 'known' && fact.value.status !== 'Running';
      });
      const fact = await incus.operation(id);
      if (fact.state !== 'known') throw new Error('forgotten at once');
      return fact.value;
    },
    async addForeign(name) {
      incus.addInstance(project, name);
    },
    async killGuest(name) {
      incus.killGuest(project, name);
    },
    async crash() {
      incus.crash();
    },
    async hang() {
      incus.setFault('ServerHung');
    },
    async comeBack() {
      incus.setFault(undefined);
    },
    async close() {},
  };
}
