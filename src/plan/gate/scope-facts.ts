import type { GateStatus } from '#api/gate.ts';
import type { GateOverride } from '#api/operator.ts';

/** A person's word on one scope. */
export type Override = GateOverride;

/** What the gate's own command shows about one claim. `run` names the run; `Wanted`: it has not begun. */
export type ScopeEvidence = {
  readonly run: string;
  readonly state: 'Wanted' | 'Running' | 'Passed' | 'Failed';
  /** One plain sentence, such as how it ended. */
  readonly said?: string | undefined;
  /** Path of what it printed. */
  readonly output?: string | undefined;
  /** How often it was started. */
  readonly attempts: number;
};

/** One scope as the status keeps it. */
export type ScopeRecord = GateStatus['scopes'][number];
