import { randomUUID } from 'node:crypto';
import { ABSENT, known, unknown, type Fact } from '#api/fact.ts';
import { notRead } from './not-read.ts';
import type { TmuxCall } from './tmux-call.ts';
import type { TmuxReader } from './tmux.ts';

type Wish = { readonly command: readonly string[]; readonly settle: (fact: Fact<string>) => void };

/** Reads panes. What is asked for while a reading is under way is read together afterwards, in one tmux call. */
export function createCapture(call: TmuxCall): TmuxReader['capture'] {
  let waiting: Wish[] = [];
  let isReading = false;
  async function readWaiting(): Promise<void> {
    isReading = true;
    while (waiting.length > 0) {
      const wishes = waiting;
      waiting = [];
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

// A pane that is gone ends the whole call: then each is asked for by itself.
async function readTogether(call: TmuxCall, wishes: readonly Wish[]): Promise<void> {
  const screens = wishes.length > 1 ? await readAll(call, wishes) : undefined;
  for (const [index, { command, settle }] of wishes.entries()) {
    settle(screens === undefined ? await readOne(call, command) : known(screens[index] ?? ''));
  }
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
