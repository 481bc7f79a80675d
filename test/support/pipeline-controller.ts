import { pino } from 'pino';

import { runController } from '#controller/run-controller.ts';
import { createWorld, type World, type WorldOptions } from '#controller/world.ts';
import type { Store } from '#store/store.ts';

// The real controller as a process of its own, for a test to kill: from outside, or by itself at one step of its work.
// A step is a moment just before or just after it changes anything. It ends with its parent.
const [options = '{}', logFile = '/dev/null', firstKill = '0', killAtStatus = ''] = process.argv.slice(2);
let steps = 0;
let killAt = Number(firstKill);

const log = pino({}, pino.destination({ dest: logFile, sync: true }));
const world = createWorld(JSON.parse(options) as WorldOptions);
const running = await runController(withSteps(world), { log, pid: process.pid });
process.on('SIGTERM', () => void running.close().then(() => process.exit(0)));
process.on('disconnect', () => process.exit(1));
process.on('message', (message: { killAfter?: number; ask?: 'steps' }) => {
  if (message.killAfter !== undefined) killAt = message.killAfter === 0 ? 0 : steps + message.killAfter;
  if (message.ask === 'steps') process.send?.({ steps });
});
process.send?.('runs');

function withSteps(whole: World): World {
  const { tmux, processes, git, files, incusOf, machineOf, ...others } = whole.tools.writers;
  const store = endingAt(killAtStatus, others.store);
  const writers = {
    ...others,
    incusOf: async (key: string) => counted(await incusOf(key)),
    machineOf: async (key: string) => {
      const { guest, backups } = await machineOf(key);
      return { guest: { ...guest, writer: counted(guest.writer) }, backups: counted(backups, ['fetch']) };
    },
    store: counted(store, ['writeSpec', 'writeStatus', 'addEvents', 'requestDelete', 'removeFinalizer']),
    tmux: { ...tmux, writer: counted(tmux.writer) },
    processes: { ...processes, writer: counted(processes.writer) },
    git: { ...git, writer: counted(git.writer) },
    files: counted(files, ['write', 'makeFolder']),
  };
  return { ...whole, tools: { ...whole.tools, writers } };
}

/** The store, whose process ends as soon as a status with this text in it is on disk. */
function endingAt(text: string, store: Store): Store {
  if (text === '') return store;
  const writeStatus: Store['writeStatus'] = async (...write) => {
    const answer = await store.writeStatus(...write);
    if (JSON.stringify(write).includes(text)) process.kill(process.pid, 'SIGKILL');
    return answer;
  };
  return Object.create(store, { writeStatus: { value: writeStatus, configurable: true } }) as Store;
}

/** The same object, with a step before and after each call of a method that changes something. */
function counted<T extends object>(target: T, methods?: readonly string[]): T {
  return new Proxy(target, {
    get(_target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (methods !== undefined && !methods.includes(String(name))) return value.bind(target) as unknown;
      return async (...args: readonly unknown[]) => {
        step();
        const answer: unknown = await value.apply(target, args);
        step();
        return answer;
      };
    },
  });
}

function step(): void {
  steps += 1;
  if (killAt > 0 && steps >= killAt) process.kill(process.pid, 'SIGKILL');
}
