import assert from 'node:assert/strict';
import { FakeClock } from '../fakes/fake-clock.ts';
import { FakeHost } from '../fakes/fake-host.ts';
import { processContract } from './process-contract.ts';

processContract('the processes of the fake host', async () => {
  const clock = new FakeClock();
  const host = new FakeHost(clock);
  const { kernel } = host;
  const argv = ['/bin/sleeps'];
  return {
    reader: host.processes,
    writer: host.processWriter,
    watcher: (onGone) => host.processWatcher(onGone),
    rig: 'rig',
    start: async ({ env = {}, ignoresHangup = false } = {}) =>
      kernel.spawn({ argv, env, ignores: ignoresHangup ? ['SIGHUP'] : [] }).pid,
    startWithChild: async () => {
      const parent = kernel.spawn({ argv }).pid;
      return { parent, child: kernel.spawn({ argv, ppid: parent }).pid };
    },
    startBusy: async () => {
      const process = kernel.spawn({ argv });
      clock.after(10, () => void (process.cpuTicks += 1));
      return process.pid;
    },
    startZombie: async () => {
      host.losesDeaths = true;
      const { panePid } = host.startForeign({ name: 'ccci-test-zombie' });
      kernel.end(panePid, { status: 0 });
      return panePid;
    },
    eventually: async (what, ask) => {
      for (let turn = 0; turn < 100; turn += 1) {
        const answer = await ask();
        if (answer !== undefined && answer !== false) return answer;
        await clock.advance(20);
      }
      assert.fail(`did not happen within 2 s of the fake clock: ${what}`);
    },
    end: async () => undefined,
  };
});
