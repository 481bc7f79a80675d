import { readFileSync } from 'node:fs';

import { parse } from 'yaml';

import type { Kind } from '#api/kind.ts';
import type { AnyObject } from '#api/kinds.ts';
import type { Observation } from '#observe/observation.ts';
import type { Moment } from '#plan/plan.ts';

import { NOW_MS, objectOf } from '../support/plan-input.ts';
import { readSeen, type Given } from './read-seen.ts';

/** One decision to make: an object, what was seen, and when. */
export type Scenario = {
  readonly title: string;
  readonly object: AnyObject;
  readonly seen: Observation;
  readonly moment: Moment;
};

type Input = {
  readonly now?: string;
  readonly object: { kind: Kind; name: string; spec: object; status?: object; operator?: object; metadata?: object };
  readonly seen?: Given;
};

/** Reads the input of a scenario. Its first line is a comment that says what it is about. */
export function readScenario(path: string): Scenario {
  const text = readFileSync(path, 'utf8');
  const title = /^# (.+)$/m.exec(text)?.[1];
  if (title === undefined || !text.startsWith('# ')) throw new Error(`the first line of "${path}" must be "# <title>"`);
  const { now, object: given, seen = {} } = parse(text) as Input;
  const { kind, ...rest } = given;
  const object = objectOf(kind, rest);
  const wallMs = now === undefined ? NOW_MS : Date.parse(now);
  return { title, object, seen: readSeen(object, seen), moment: { wallMs, id: 'fresh1' } };
}
