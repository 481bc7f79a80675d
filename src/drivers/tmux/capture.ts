import { randomUUID } from 'node:crypto';
import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import { notRead } from './not-read.ts';
import type { TmuxCall } from './tmux-call.ts';
import type { TmuxReader } from './tmux.ts';

type Wish = { readonly command: readonly string[]; readonly settle: (fact: Fact<string>) => void };

/** tmux takes no more than about 16 kB of commands in one call. */
const AT_ONCE = 100;

/** Reads panes. What is asked for while a reading is under way is read together afterwards, in one tmux call. */
export function createCapture(call: TmuxCall): TmuxReader['capture'] {
  let waiting: Wish[] = [];
  let isReading = false;
  async function readWaiting(): Promise<void> {
    isReading = true;
    while (waiting.length > 0) {
      const wishes = waiting.slice(0, AT_ONCE);
      waiting = waiting.slice(AT_ONCE);
      await readTogether(call, wishes).catch((error: unknown) => {
        for (const { settle } of wishes) settle(unknown('TmuxUnreachable', String(error)));
      });
    }
    isReading = false;
  }
  return (paneId, options) =>
    new Promise((settle) => {
      const history = options?.history === true ? ['-S', '-'] : [];
      waiting.push({ command: ['capture-pane', '-p', '-t', paneId, ...history], settle });
      if (!isReading) void readWaiting();
    });
}

// A pane that is gone ends the whole call: then each half is read by itself, down to the one pane.
async function readTogether(call: TmuxCall, wishes: readonly Wish[]): Promise<void> {
  const [only] = wishes;
  if (only !== undefined && wishes.length === 1) {
    only.settle(await readOne(call, only.command));
    return;
  }
  const screens = await readAll(call, wishes);
  if (screens !== undefined) {
    for (const [index, { settle }] of wishes.entries()) settle(known(screens[index] ?? ''));
    return;
  }
  const half = Math.ceil(wishes.length / 2);
  await readTogether(call, wishes.slice(0, half));
  await readTogether(call, wishes.slice(half));
}

async function readAll(call: TmuxCall, wishes: readonly Wish[]): Promise<readonly string[] | undefined> {
  // A line that nobody could have known stands between the screens.
  const border = randomUUID();
  const answer = await call(
    wishes.flatMap(({ command }, index) => (index === 0 ? [command] : [['display-message', '-p', border], command])),
  );
  const parts = answer.stdout.toString('utf8').split(`${border}\n`);
  return answer.outcome === 'Done' && parts.length === wishes.length ? parts.map(trimmed) : undefined;
}

async function readOne(call: TmuxCall, command: readonly string[]): Promise<Fact<string>> {
  const answer = await call([command]);
  if (answer.outcome === 'Refused' && /^can't find pane/.test(answer.message)) return ABSENT;
  return answer.outcome === 'Done' ? known(trimmed(answer.stdout.toString('utf8'))) : notRead(answer);
}

function trimmed(screen: string): string {
  const lines = screen.split('\n').map((line) => line.trimEnd());
  return lines.join('\n').replace(/\n+$/, '');
}
