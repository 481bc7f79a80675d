import assert from 'node:assert/strict';
import { test } from 'node:test';

import { skipWithout } from '../support/agent-clis.ts';
import { limitHeaders } from '../support/model-endpoint/limit-headers.ts';
import { fails, says, uses, type ModelReply, type ModelScript } from '../support/model-endpoint/model-reply.ts';
import type { PipelineRig, TestManifest } from '../support/pipeline.ts';
import { makeRealAgent, restsFor, withRealRig } from '../support/real-agents.ts';

/** How long after the first request the window of the account is over. */
const WINDOW_MS = 30_000;
const CLOSE = String.raw`printf '# Status\n\n## DONE\n' >STATUS-1.md && git add -A`;
const PUSH = 'git push --quiet origin HEAD:main';

function commits(subject: string, before = 'true'): ModelReply {
  const command = `git pull --quiet --rebase && ${before} && git commit --quiet --allow-empty -m "${subject}" && ${PUSH}`;
  return uses('Bash', { command });
}

function rests(): ModelReply {
  return says(`That is all for now.\n\n${restsFor(8)}`);
}

/** An account of a subscription. Every reply tells how it stands; nobody may go on from the moment when the builder hears of a FAIL. */
class TestAccount {
  resetsAtMs = Infinity;
  isLimited = false;
  refused = 0;

  around(script: ModelScript): ModelScript {
    return (request) => {
      if (this.resetsAtMs === Infinity) this.resetsAtMs = Date.now() + WINDOW_MS;
      const { resetsAtMs } = this;
      this.isLimited ||= request.agent === 'builder' && request.said.includes('answers your claim: FAIL');
      if (!this.isLimited || Date.now() >= resetsAtMs)
        return { ...script(request), headers: limitHeaders({ resetsAtMs, status: 'allowed', fiveHourShare: 0.6 }) };
      this.refused += 1;
      const headers = limitHeaders({ resetsAtMs, status: 'rejected' });
      return { ...fails(429, 'rate_limit_error', 'the limit is reached'), headers };
    };
  }
}

/** The builder claims, claims again when it has heard of a FAIL, and closes the phase after a PASS. */
function builderScript(): ModelScript {
  let claims = 0;
  return ({ said, results, body }) => {
    if (results.length > 0) return rests();
    if (said.includes('answers your claim: PASS')) return commits('status: done', CLOSE);
    if (claims > 0 && (claims > 1 || !body.includes('answers your claim: FAIL'))) return rests();
    claims += 1;
    return commits(`claim(login): try ${claims}`);
  };
}

/** The adversary fails the first claim, is killed in the middle of the second, and passes it in its next life. */
function adversaryScript(): ModelScript {
  let heard = 0;
  return ({ said, results }) => {
    if (results.length > 0) return rests();
    if (!said.includes('waits for your verdict')) return rests();
    heard += 1;
    if (heard === 1) return commits('review(login): FAIL it does not log in');
    if (heard === 2) return says('Let me look at it.\n\nStill looking', { until: new Promise(() => undefined) });
    return commits('review(login): PASS');
  };
}

function rigManifests(url: string): readonly TestManifest[] {
  const repositoryRef = { name: 'code' };
  return [
    { kind: 'Repository', name: 'code', spec: { url, branch: 'main', interval: '1s' } },
    { kind: 'Phase', name: '1', spec: { order: 10, title: 'logging in', repositoryRef, requiredGates: ['handoff'] } },
    { kind: 'Gate', name: 'handoff', spec: { repositoryRef, claimant: 'builder', verifier: 'adversary' } },
  ];
}

async function subjects(rig: PipelineRig, bare: string): Promise<readonly string[]> {
  return (await rig.git.git(bare, 'log', '--reverse', '--format=%an %s', 'main')).split('\n').slice(1);
}

test(
  'real claude does a whole phase: a FAIL, a kill and a usage limit on the way to ## DONE',
  { skip: skipWithout('claude') },
  () =>
    withRealRig(async (real) => {
      const { rig, endpoint } = real;
      const bare = await rig.git.bare('code.git');
      await rig.git.commitTo(bare, { subject: 'begin' });
      const account = new TestAccount();
      const spec = {
        sequence: 'main',
        repositoryRef: { name: 'code' },
        usageLimit: { jitter: '1s' },
        prompt: { inline: 'You are {{ agent.name }}. Phase {{ phase.id }}: {{ phase.title }}.' },
      };
      const member = { credential: 'Subscription', spec } as const;
      const builder = makeRealAgent(real, 'builder', { ...member, script: account.around(builderScript()) });
      const adversary = makeRealAgent(real, 'adversary', { ...member, script: account.around(adversaryScript()) });
      await rig.apply(...rigManifests(bare), builder.manifest, adversary.manifest);
      await rig.start();

      await rig.until('the adversary says FAIL', async () =>
        (await subjects(rig, bare)).some((each) => each.includes('FAIL')),
      );
      await rig.until('the builder meets the limit', async () => account.refused > 0);
      const limited = await rig.alive('builder');
      await rig.until('its account is limited', async () => {
        return (await rig.condition('Account/claude', 'UsageLimited'))?.status === 'True';
      });
      const asked = endpoint.count;
      await rig.passes(3000);
      assert.equal(endpoint.count, asked, 'nobody asks while the account is limited');

      await rig.until(
        'the builder claims again',
        async () => (await subjects(rig, bare)).includes('builder claim(login): try 2'),
        60_000,
      );
      assert.equal(account.refused, 1, 'it went on once, and not before the reset');
      assert.deepEqual(await rig.alive('builder'), limited, 'the limit cost no session');
      await rig.until('the adversary is in the middle of it', async () => adversary.model.mains.length >= 4);
      const first = await rig.alive('adversary');
      process.kill(first.pid, 'SIGKILL');
      await rig.until('## DONE', async () => (await subjects(rig, bare)).includes('builder status: done'), 60_000);
      await rig.ready('Phase/1', 'PhaseDone');
      await rig.ready('Sequence/main', 'SequenceComplete');
      await rig.until('the loops are stopped', async () => rig.agents.all().length === 0, 60_000);
      assert.deepEqual(await subjects(rig, bare), [
        'builder claim(login): try 1',
        'adversary review(login): FAIL it does not log in',
        'builder claim(login): try 2',
        'adversary review(login): PASS',
        'builder status: done',
      ]);
      // Whatever a model was asked, somebody wanted: the prompt, the result of a tool, or a hand-off.
      assert.equal(builder.model.mains.length, 7, 'prompt, two tools, FAIL and the end of the limit, PASS, a tool');
      assert.equal(adversary.model.mains.length, 6, 'prompt, claim, a tool, claim, prompt of its next life, a tool');
    }),
);
