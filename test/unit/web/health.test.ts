import assert from 'node:assert/strict';
import { test } from 'node:test';

import { serveHealth } from '#web/serve-health.ts';

type Pulse = { lookedMsAgo: number | undefined; isSynced: boolean };
type Row = { pulse: Pulse; full?: boolean; healthz: number; readyz: number; reason: string };

const ROWS: readonly Row[] = [
  { pulse: { lookedMsAgo: 10, isSynced: true }, healthz: 200, readyz: 200, reason: 'all is well' },
  { pulse: { lookedMsAgo: undefined, isSynced: false }, healthz: 503, readyz: 503, reason: 'it has only begun' },
  { pulse: { lookedMsAgo: 10, isSynced: false }, healthz: 200, readyz: 503, reason: 'the store can not be read' },
  { pulse: { lookedMsAgo: 10, isSynced: true }, full: true, healthz: 200, readyz: 503, reason: 'the disk is full' },
  { pulse: { lookedMsAgo: 200_000, isSynced: true }, healthz: 503, readyz: 503, reason: 'the loop hangs' },
];

for (const { pulse, full = false, healthz, readyz, reason } of ROWS) {
  test(`/healthz says ${String(healthz)} and /readyz ${String(readyz)} when ${reason}`, async () => {
    const write = async () => {
      if (full) throw new Error('no space left on device');
    };
    const server = await serveHealth({
      ...{ controller: { pulse: () => pulse }, files: { write }, stateDir: '/state' },
      ...{ log: { info: () => undefined }, listen: { host: '127.0.0.1', port: 0 } },
    });
    try {
      const ask = async (path: string) => (await fetch(`http://${server.address}${path}`)).status;
      assert.deepEqual([await ask('/healthz'), await ask('/readyz')], [healthz, readyz]);
      assert.equal(await ask('/other'), 404);
      assert.equal((await fetch(`http://${server.address}/healthz`, { method: 'POST' })).status, 405);
    } finally {
      await server.close();
    }
  });
}
