import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Controller } from '#controller/controller.ts';
import type { JsonObject } from '#store/store.ts';

import { settle } from '../../fakes/fake-clock.ts';
import { agentOf } from '../../support/plan-input.ts';
import { makeWorld } from '../../support/world-in-memory.ts';

const MINUTE_MS = 60_000;
const RULE = '─'.repeat(24);

// Whatever is typed into an agent is a request to its model; so is a start, which has a prompt.
test('an idle hour of an agent that declares its waits costs no request to its model', async () => {
  const { clock, store, host, tools } = await makeWorld();
  const typed: string[] = [];
  let starts = 0;
  host.onStart((terminal) => {
    starts += 1;
    const declare = (): void => {
      const until = new Date(clock.now().wallMs + 9 * MINUTE_MS).toISOString();
      const lines = ['❯ Build it.', '', `● Nothing to do. WAITING-UNTIL: ${until}`, `  WAITING-UNTIL: ${until}`, ''];
      terminal.clear();
      terminal.write([...lines, '✻ Churned for 3s', '', RULE, '❯ ', RULE, '  ? for shortcuts'].join('\n'));
      // Its own timer wakes it: that is its own affair, and none of the controller's.
      clock.after(8 * MINUTE_MS, declare);
    };
    declare();
    return { onText: (text) => typed.push(text), onKeys: (keys) => typed.push(...keys) };
  });
  const backend = { type: 'claude', permissions: 'Bypass' };
  const { spec } = agentOf({ spec: { backend, prompt: { inline: 'Build it.' } } });
  const agent = { apiVersion: 'ccci.dev/v1alpha1', kind: 'Agent', name: 'builder', spec: toJson(spec) };
  await store.writeSpec({ ...agent, expect: 'absent' });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };
  const controller = new Controller({ tools, clock, random: () => 0.5, log });
  await controller.resync();
  await settle();
  await clock.advance(MINUTE_MS);
  assert.equal(starts, 1, 'it was started');
  await clock.advance(60 * MINUTE_MS);
  assert.deepEqual([starts, typed], [1, []]);
  await controller.close();
});

function toJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
