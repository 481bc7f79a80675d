import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { leftoversOf, startDemo } from '../support/demo.ts';
import { eventually } from '../support/eventually.ts';

const moments = [
  { reason: 'the crew is being started', says: 'started: it has no session yet' },
  { reason: 'a session was just killed on purpose', says: 'the demo kills' },
  { reason: 'a claim is on its way', says: 'pushed claim(hello)' },
  { reason: 'agents are restarted for the next phase', says: 'phase "2" is open' },
];

describe('An interrupted demo leaves nothing behind', { concurrency: 3 }, () => {
  for (const { reason, says } of moments) {
    test(`when ${reason}`, async () => {
      const demo = startDemo();
      await demo.says(says);
      demo.child.kill('SIGINT');
      assert.equal(await demo.ended, 130, demo.stderr());
      assert.deepEqual(leftoversOf(demo.pid), [], reason);
    });
  }

  test('when it is interrupted again and again', async () => {
    const demo = startDemo();
    await demo.says('pushed feat(hello)');
    demo.child.kill('SIGINT');
    demo.child.kill('SIGINT');
    await demo.says('ending everything');
    demo.child.kill('SIGINT');
    assert.equal(await demo.ended, 130, demo.stderr());
    assert.deepEqual(leftoversOf(demo.pid), []);
  });

  test('when it is killed: another process tidies up', async () => {
    const demo = startDemo();
    await demo.says('pushed feat(hello)');
    demo.child.kill('SIGKILL');
    assert.equal(await demo.ended, 'SIGKILL');
    await eventually('nothing of it is left', async () => leftoversOf(demo.pid).length === 0);
  });
});

test('A demo that does not understand its arguments says how it is used', async () => {
  const demo = startDemo('--with-vn');
  assert.equal(await demo.ended, 2);
  assert.match(demo.stderr(), /'--with-vn'/);
  assert.match(demo.stderr(), /Usage: npm run demo/);
});
