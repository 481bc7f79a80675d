import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { agentManifest } from '../support/pipeline-manifests.ts';
import { withRig } from '../support/pipeline.ts';

const QUICK = { stallAfter: '1s', stepTimeout: '1s', grace: '1s' };

describe('an agent that goes quiet on real tmux', { concurrency: 3 }, () => {
  test('is nudged, then interrupted, then restarted when nothing helps, and is told why', () =>
    withRig(async (rig) => {
      await rig.apply(
        agentManifest(rig, 'builder', { habits: { says: 'thinking', habits: 'deaf wedged' }, liveness: QUICK }),
      );
      await rig.start();
      const first = await rig.alive('builder');
      await rig.noted('builder', /heard .*idle without a declared wait/);
      const second = await rig.succeeded('builder', first, 30_000);
      const start = (await rig.notes('builder')).find((line) => line.includes(`start ${second.incarnation}`));
      assert.match(start ?? '', /reason=.*idle without a declared wait/);
      const steps = (await rig.store.events({ about: 'Agent/builder' })).map(({ message }) => message.split(':')[0]);
      const ladder = steps.filter((step) => ['told', 'interrupted', 'restarted'].includes(step ?? ''));
      assert.deepEqual(ladder.slice(0, 3), ['told', 'interrupted', 'restarted']);
    }));

  test('is nudged and left alone when that helps', () =>
    withRig(async (rig) => {
      await rig.apply(agentManifest(rig, 'builder', { habits: { habits: 'late' }, liveness: QUICK }));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.noted('builder', /heard .*idle without a declared wait/);
      await rig.ready('Agent/builder', 'WaitingDeclared');
      await rig.passes(3000);
      assert.deepEqual(await rig.alive('builder'), first);
      assert.equal((await rig.notes('builder')).filter((line) => line.startsWith('heard')).length, 1);
    }));

  test('is left alone while a declared wait runs, and not after it is over', () =>
    withRig(async (rig) => {
      const says = `WAITING-UNTIL: ${new Date(Date.now() + 6000).toISOString()}`;
      await rig.apply(agentManifest(rig, 'builder', { habits: { says, habits: 'deaf wedged' }, liveness: QUICK }));
      await rig.start();
      const first = await rig.alive('builder');
      await rig.ready('Agent/builder', 'WaitingDeclared');
      await rig.noted('builder', /heard .*idle without a declared wait/);
      assert.ok(Date.now() >= Date.parse(says.split(' ')[1] ?? ''), 'it was nudged before its wait was over');
      assert.equal((await rig.alive('builder')).incarnation, first.incarnation);
    }));

  test('is not restarted when another one is stalled with it: a person is asked instead', () =>
    withRig(async (rig) => {
      const habits = { says: 'thinking', habits: 'deaf wedged' };
      const names = ['builder', 'adversary'];
      await rig.apply(...names.map((name) => agentManifest(rig, name, { habits, liveness: QUICK })));
      await rig.start();
      const first = [await rig.alive('builder'), await rig.alive('adversary')];
      await rig.until('both are held', async () => {
        const reasons = await Promise.all(names.map((name) => rig.condition(`Agent/${name}`, 'Ready')));
        return reasons.every((each) => each?.reason === 'StalledTogether');
      });
      await rig.passes(3000);
      assert.deepEqual([await rig.alive('builder'), await rig.alive('adversary')], first);
    }));

  test('comes back after growing delays when it ends again and again, and is told about once', () =>
    withRig(async (rig) => {
      const restart = { backoff: { initial: '1s', factor: 1, max: '1s' }, budget: { restarts: 2, per: '1h' } };
      const backend = { type: 'command', command: ['/bin/sh', '-c', 'exit 3'] };
      await rig.apply(agentManifest(rig, 'builder', { backend, restart }));
      await rig.start();
      const { message } = await rig.ready('Agent/builder', 'CrashLoopBackOff');
      assert.match(message, /ccci logs builder/);
      const counted = async () => {
        const { restarts } = await rig.status('Agent/builder');
        return (restarts as { count: number } | undefined)?.count ?? 0;
      };
      // Between the condition and this look it may have been tried once more.
      assert.ok((await counted()) >= 2);
      await rig.until('it is still tried now and then', async () => (await counted()) >= 4);
      const events = await rig.store.events({ about: 'Agent/builder' });
      assert.equal(events.filter(({ reason }) => reason === 'CrashLoopBackOff').length, 1);
    }));
});
