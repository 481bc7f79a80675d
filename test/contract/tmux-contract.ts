import { describe, it } from 'node:test';
import { ACT_ROWS } from './tmux-contract-act.ts';
import { CREATE_ROWS } from './tmux-contract-create.ts';
import { INPUT_ROWS } from './tmux-contract-input.ts';
import type { TmuxUnderTest } from './tmux-contract-row.ts';
import { VIEW_ROWS } from './tmux-contract-view.ts';

/** What every tmux driver promises. The real one and the fake pass the same suite, which proves the fake honest. */
export function tmuxContract(name: string, open: () => Promise<TmuxUnderTest>): void {
  describe(`${name} keeps the tmux driver's promises`, () => {
    for (const row of [...VIEW_ROWS, ...CREATE_ROWS, ...ACT_ROWS, ...INPUT_ROWS]) {
      it(row.title, async () => {
        const under = await open();
        try {
          await row.test(under);
        } finally {
          await under.end();
        }
      });
    }
  });
}
