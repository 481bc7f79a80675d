import assert from 'node:assert/strict';
import { test } from 'node:test';

import { skipWithout } from '../support/agent-clis.ts';
import { says, uses, type ModelScript } from '../support/model-endpoint/model-reply.ts';
import { makeRealAgent, restsFor, withRealRig } from '../support/real-agents.ts';

const CLAIM = 'git commit --quiet --allow-empty -m "claim(login): it works" && git push --quiet origin HEAD:main';

/** A model that pushes a claim when it is told to begin, and rests after everything else. */
const script: ModelScript = ({ said, results }) =>
  results.length === 0 && said.includes('Push your claim')
    ? uses('Bash', { command: CLAIM })
    : says(`Done.\n\n${restsFor(5)}`);

test(
  'real claude begins with its prompt, pushes a claim, rests, takes a message and comes back after a kill',
  { skip: skipWithout('claude') },
  () =>
    withRealRig(async (real) => {
      const { rig } = real;
      const bare = await rig.git.bare('code.git');
      await rig.git.commitTo(bare, { subject: 'begin' });
      const { manifest, model } = makeRealAgent(real, 'builder', {
        script,
        spec: { repositoryRef: { name: 'code' }, prompt: { inline: 'You are the builder. Push your claim.' } },
      });
      await rig.apply(
        { kind: 'Repository', name: 'code', spec: { url: bare, branch: 'main', interval: '1s' } },
        manifest,
      );
      await rig.start();

      const isResting = async () => {
        return (await rig.status('Agent/builder'))['waitingUntil'] !== undefined;
      };
      await rig.until('its declared wait is read', isResting);
      const first = await rig.alive('builder');
      assert.equal(await rig.git.git(bare, 'log', '-1', '--format=%an: %s', 'main'), 'builder: claim(login): it works');
      assert.equal(model.mains.length, 2, 'one request for the tool and one for the end of the turn');

      await rig.ping('builder', 'How is it going?');
      await rig.until('the message is taken', async () => {
        const deliveries = await rig.store.list('Delivery');
        return deliveries.some((each) => 'status' in each && each.status?.['takenIncarnation'] === first.incarnation);
      });
      await rig.until('the model has read it', async () => model.mains.at(-1)?.said.includes('How is it going?'));
      assert.deepEqual(await rig.alive('builder'), first);
      await rig.until('it rests again', isResting);
      const requests = real.endpoint.count;
      await rig.quiet();
      assert.equal(real.endpoint.count, requests, 'looking at an agent costs no request');

      process.kill(first.pid, 'SIGKILL');
      await rig.until('it runs again', async () => {
        const next = rig.agents.main('builder');
        return next !== undefined && next.incarnation !== first.incarnation;
      });
      await rig.until('the model is told why', async () => /restarted/i.test(model.mains.at(-1)?.said ?? ''));
      await rig.until('it rests once more', isResting);
    }),
);
