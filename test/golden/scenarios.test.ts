import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { checkPlan } from '#plan/check-plan.ts';
import { planObject } from '#plan/plan-object.ts';

import { printDecision } from './print-decision.ts';
import { readScenario } from './read-scenario.ts';

const FOLDER = join(import.meta.dirname, 'scenarios');
const MOST_LINES = 20;
const isUpdating = process.env['UPDATE_GOLDEN'] === '1';

describe('what is decided', () => {
  for (const name of readdirSync(FOLDER).sort()) {
    const scenario = readScenario(join(FOLDER, name, 'input.yaml'));
    test(`${name}: ${scenario.title}`, () => {
      const path = join(FOLDER, name, 'plan.txt');
      const is = printDecision(scenario);
      if (isUpdating) writeFileSync(path, is);
      assert.ok(existsSync(path), `"${path}" is missing; UPDATE_GOLDEN=1 writes it`);
      assert.equal(is, readFileSync(path, 'utf8'), 'read the difference; if it is meant, "npm run golden" keeps it');
      assert.ok(is.split('\n').length <= MOST_LINES, 'a scenario holds decisions, not state: make it smaller');
      const { object, seen, moment } = scenario;
      assert.deepEqual(checkPlan(planObject(object, seen, moment), seen), []);
    });
  }
});
