import type { z } from 'zod';

import { AccountSpec, AccountStatus } from './account.ts';
import type { AccountObject } from './account.ts';
import { AgentRunSpec, AgentRunStatus } from './agent-run.ts';
import type { AgentRunObject } from './agent-run.ts';
import { AgentSpec, AgentStatus } from './agent.ts';
import type { AgentObject } from './agent.ts';
import { DeliverySpec, DeliveryStatus } from './delivery.ts';
import type { DeliveryObject } from './delivery.ts';
import { GateSpec, GateStatus } from './gate.ts';
import type { GateObject } from './gate.ts';
import type { Kind } from './kind.ts';
import { NotifierStatus } from './notifier-status.ts';
import { NotifierSpec } from './notifier.ts';
import type { NotifierObject } from './notifier.ts';
import { PhaseSpec, PhaseStatus } from './phase.ts';
import type { PhaseObject } from './phase.ts';
import { RepositorySpec, RepositoryStatus } from './repository.ts';
import type { RepositoryObject } from './repository.ts';
import { RigSpec, RigStatus } from './rig.ts';
import type { RigObject } from './rig.ts';
import { SequenceSpec, SequenceStatus } from './sequence.ts';
import type { SequenceObject } from './sequence.ts';
import { VirtualMachineSpec, VirtualMachineStatus } from './virtual-machine.ts';
import type { VirtualMachineObject } from './virtual-machine.ts';

/** The schemas of a kind. */
export type KindSchemas = { readonly spec: z.ZodObject; readonly status: z.ZodObject };

/** The schemas of every kind. Loads all of them: code that needs names only takes `kind.ts`. */
export const SCHEMAS = {
  Repository: { spec: RepositorySpec, status: RepositoryStatus },
  Gate: { spec: GateSpec, status: GateStatus },
  Phase: { spec: PhaseSpec, status: PhaseStatus },
  Sequence: { spec: SequenceSpec, status: SequenceStatus },
  Account: { spec: AccountSpec, status: AccountStatus },
  VirtualMachine: { spec: VirtualMachineSpec, status: VirtualMachineStatus },
  Agent: { spec: AgentSpec, status: AgentStatus },
  AgentRun: { spec: AgentRunSpec, status: AgentRunStatus },
  Notifier: { spec: NotifierSpec, status: NotifierStatus },
  Delivery: { spec: DeliverySpec, status: DeliveryStatus },
  Rig: { spec: RigSpec, status: RigStatus },
} as const satisfies Readonly<Record<Kind, KindSchemas>>;

/** The typed object of each kind. */
export type ObjectByKind = {
  Repository: RepositoryObject;
  Gate: GateObject;
  Phase: PhaseObject;
  Sequence: SequenceObject;
  Account: AccountObject;
  VirtualMachine: VirtualMachineObject;
  Agent: AgentObject;
  AgentRun: AgentRunObject;
  Notifier: NotifierObject;
  Delivery: DeliveryObject;
  Rig: RigObject;
};

/** An object of any kind, with all defaults. */
export type AnyObject = ObjectByKind[Kind];
