import { describe, it } from 'node:test';
import { CONFLICT_ROWS } from './store-contract-conflict.ts';
import { DELETION_ROWS } from './store-contract-deletion.ts';
import { EVENT_ROWS } from './store-contract-events.ts';
import { T0 } from './store-contract-row.ts';
import type { StoreUnderTest } from './store-contract-row.ts';
import { SPEC_ROWS } from './store-contract-spec.ts';

/** What every store must do, whatever it keeps its objects in. A later store must pass this suite too. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the store's promises`, () => {
    for (const row of [...SPEC_ROWS, ...CONFLICT_ROWS, ...DELETION_ROWS, ...EVENT_ROWS]) {
      it(row.title, async () => {
        const under = await open();
        try {
          under.setNow(T0);
          await row.test(under);
        } finally {
          await under.end();
        }
      });
    }
  });
}
