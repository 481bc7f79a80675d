import type { Boot } from '#drivers/boot/boot.ts';
import type { AccountObject } from '#api/account.ts';
import type { AgentObject } from '#api/agent.ts';
import type { Ownership } from '#api/agent-ownership.ts';
import type { DeliveryObject } from '#api/delivery.ts';
import type { Fact } from '#api/fact.ts';
import type { GateObject } from '#api/gate.ts';
import type { Order } from '#api/operator.ts';
import type { PhaseObject } from '#api/phase.ts';
import type { RepositoryObject } from '#api/repository.ts';
import type { SequenceObject } from '#api/sequence.ts';
import type { AgentState } from '#backends/agent-state.ts';
import type { ScreenState } from '#backends/backend.ts';
import type { SignalLog } from '#backends/signal.ts';
import type { EvidenceView } from '#drivers/evidence/evidence.ts';
import type { CloneView, Commit, CommitChanges, CommitSigner, MirrorSize, WorktreeView } from '#drivers/git/git.ts';
import type { BackupView } from '#drivers/incus/backup.ts';
import type { InstanceMemory, InstanceView, OperationView } from '#drivers/incus/incus.ts';
import type { ProbeResult } from '#drivers/probe/probe.ts';
import type { ProcessView } from '#drivers/process/process.ts';
import type { PaneView, TmuxView } from '#drivers/tmux/tmux.ts';

import type { Activity } from './activity.ts';
import type { ConversationView } from './observe-conversation.ts';
import type { NotifierObservation } from './observe-notifier.ts';
import type { Rig } from './rig.ts';
import type { Life } from './life-note.ts';

/** Whose a session is. `Ours`: marks or process environment say so. `Named`: only the name fits. */
export type PaneClaim = { readonly pane: PaneView; readonly ownership: 'Ours' | 'OursUnmarked' | 'Named' };

/** What an agent's plan needs to know about other objects. */
export type AgentRelations = {
  readonly repository?: RepositoryObject | undefined;
  readonly sequence?: SequenceObject | undefined;
  /** Phases of the agent's sequence, by order. */
  readonly phases: readonly PhaseObject[];
  readonly dependencies: readonly { readonly key: string; readonly ready: boolean; readonly message: string }[];
  /** Unsettled deliveries to this agent, oldest first. */
  readonly deliveries: readonly DeliveryObject[];
  /** Stored objects that this agent's fate depends on and that can not be read. */
  readonly unreadable: readonly string[];
  /** Name of the open phase when its status file says that it waits for a person. */
  readonly blockedPhase?: string | undefined;
  /** The rig-wide stop order, when one is in force. */
  readonly stopped?: Order | undefined;
  /** The account whose usage limit it shares; undefined while nobody keeps a record of it. */
  readonly account?: AccountObject | undefined;
  /** True when that record is there and can not be read. */
  readonly isAccountUnreadable?: boolean | undefined;
  /** How many higher priorities its account's agents have: so many turns come before its own. */
  readonly accountRank?: number | undefined;
  /** Conversations that another live agent has open. */
  readonly openConversations?: readonly string[] | undefined;
  /** Other agents that are due for a restart that is not a death. */
  readonly stalledOthers: readonly string[];
};

/** The live world around one agent at one moment. */
export type AgentObservation = {
  readonly kind: 'Agent';
  readonly rig: Rig;
  readonly tmux: Fact<TmuxView>;
  readonly pane?: PaneClaim | undefined;
  /** More panes with our mark than one. */
  readonly duplicates: readonly PaneView[];
  /** The process in `pane`. */
  readonly process: Fact<ProcessView>;
  /** Live processes with this agent's marks outside `pane`; looked for when `pane` has no live process. */
  readonly leftovers: Fact<readonly ProcessView[]>;
  /** Pid of a tmux server whose socket vanished: an agent runs under it, and none or another one answers on the socket. */
  readonly lostServer: Fact<number>;
  readonly screen: Fact<string>;
  readonly screenState?: ScreenState | undefined;
  /** What the program said about itself through its own channels, in this incarnation. */
  readonly signals?: Fact<SignalLog> | undefined;
  /** The status line of the user's own settings, which the one of a launch runs. */
  readonly userStatusLine?: string | undefined;
  /** Signals and screen together; undefined when there is no live process. */
  readonly state?: AgentState | undefined;
  /** Whether the nonce of an open typing stands on the screen or above it; undefined when none is open or it can not be told. */
  readonly nonceShown?: boolean | undefined;
  readonly activity?: Activity | undefined;
  readonly workdir: Fact<CloneView>;
  /** The prompt's template as the file holds it now, or as it was applied. */
  readonly prompt: Fact<string>;
  /** Short hash of that template. */
  readonly promptHash: string;
  /** The inbox in the pushed tree, as git names its content; absent when it is not there or none is configured. */
  readonly inbox?: Fact<string> | undefined;
  /** The template of its wakes; absent without one. */
  readonly wakePrompt?: Fact<string> | undefined;
  /** Short hash of the open phase's plan and references; undefined without a phase, or when one can not be read. */
  readonly planHash?: string | undefined;
  /** Env files and value files that can not be read, with why. */
  readonly environmentProblems: readonly string[];
  /** The agent's last conversation, when it could go on with it; looked at when it has no live process. */
  readonly conversation?: Fact<ConversationView> | undefined;
  /** Short hash of each environment value, by name. Values themselves stay outside. */
  readonly environmentHashes: Readonly<Record<string, string>>;
  readonly related: AgentRelations;
};

/** The live world around one repository. */
export type RepositoryObservation = {
  readonly kind: 'Repository';
  readonly rig: Rig;
  readonly mirror: string;
  readonly mirrorHead: Fact<string>;
  /** Remote-tracking heads of the local clones, by path: hints. */
  readonly cloneHeads: Readonly<Record<string, string>>;
  /** When the git server's webhook said last that there is something new, epoch ms. */
  readonly hintedAtMs?: number;
  /** Whether this controller takes webhooks; undefined where nobody is meant to. */
  readonly isListening?: boolean;
  /** A stamp of the files with the credentials, when the manifest names any. */
  readonly credentials?: Fact<string>;
  readonly mirrorSize?: Fact<MirrorSize>;
  /** Undefined when no agent owns anything in it. */
  readonly ownership?: OwnershipView;
};

/** An agent as one who commits: what it alone writes, and the e-mail address in its commits. */
export type Writer = { readonly agent: string; readonly email?: string; readonly owns: readonly Ownership[] };

/** Who owns what in a repository, and what the commits since the last look changed. */
export type OwnershipView = {
  readonly writers: readonly Writer[];
  /** Newest first. */
  readonly changes: Fact<readonly CommitChanges[]>;
  /** Texts of files of which only parts are owned, by `sha:path`; one that was not there is empty. */
  readonly texts: Readonly<Record<string, Fact<string>>>;
};

/** Work in a clone that is not on the remote branch. */
export type Unpushed = WorktreeView & {
  /** True when its branch holds commits that the remote branch does not. */
  readonly isAhead: boolean;
};

/** What a gate's plan reads from git and from its neighbours. */
export type GateObservation = {
  readonly kind: 'Gate';
  readonly rig: Rig;
  readonly repository?: RepositoryObject | undefined;
  readonly sequence?: SequenceObject | undefined;
  readonly claimant?: AgentObject | undefined;
  readonly verifier?: AgentObject | undefined;
  /** The open phase. */
  readonly phase?: PhaseObject | undefined;
  /** Commits since the phase's opening commit, newest first, at the commit in the repository's status. */
  readonly commits: Fact<readonly Commit[]>;
  /** Commits of the branch before those, newest first, as far back as claims are looked for. */
  readonly earlier: Fact<readonly Commit[]>;
  /** Those of `commits` and `earlier` that came after the head when the gate was first seen. */
  readonly freshShas: Fact<readonly string[]>;
  /** Who signed the claims and verdicts, by commit; empty when no signature is asked for. */
  readonly signers: Fact<Readonly<Record<string, CommitSigner>>>;
  /** What the claimant's clone holds that the remote does not; looked at when there is a new claim. */
  readonly unpushed?: Fact<Unpushed> | undefined;
  /** Runs of the gate's own command, by name; empty when there is no such command. */
  readonly evidence: Fact<Readonly<Record<string, EvidenceView>>>;
  /** Deliveries that this gate made. */
  readonly deliveries: readonly DeliveryObject[];
};

/** What a phase's plan reads. */
export type PhaseObservation = {
  readonly kind: 'Phase';
  readonly repository?: RepositoryObject | undefined;
  readonly sequence?: SequenceObject | undefined;
  readonly gates: readonly { readonly name: string; readonly gate?: GateObject | undefined }[];
  /** The status file at the commit in the repository's status. */
  readonly statusFile: Fact<string>;
  /** The status file where each required gate was clear last; read only as long as nobody knows which phase is open. */
  readonly clearStatusFiles: readonly Fact<string>[];
  /** Messages that this phase made. */
  readonly notices: readonly DeliveryObject[];
  /** Messages of the gates of its sequence. */
  readonly handOffs: readonly DeliveryObject[];
};

/** What an account's plan reads. */
export type AccountObservation = {
  readonly kind: 'Account';
  /** The agents that share it. */
  readonly agents: readonly AgentObject[];
};

/** What a sequence's plan reads. */
export type SequenceObservation = {
  readonly kind: 'Sequence';
  /** Its phases, by order. */
  readonly phases: readonly PhaseObject[];
  /** Phases that can not be read: any of them may belong here. */
  readonly unreadable: readonly string[];
  readonly repositories: readonly RepositoryObject[];
};

/** When a certificate becomes and stops being valid, epoch ms. */
export type CertificateSpan = { readonly notBeforeMs: number; readonly notAfterMs: number };

/** Where one precondition stands: what the controller has, and what is in the machine. Contents are known by digest only. */
export type PreconditionView = {
  readonly name: string;
  /** Digest of the file on the controller (for a line: of the line). */
  readonly source: Fact<{ readonly digest: string; readonly certificate?: CertificateSpan | undefined }>;
  readonly target: Fact<{
    readonly digest: string;
    readonly mode: string;
    readonly uid: number;
    readonly gid: number;
    readonly certificate?: CertificateSpan | undefined;
    /** For a line: whether it is there. */
    readonly hasLine?: boolean | undefined;
  }>;
  /** The note in the machine that the step was done on this disk; for a command its exit status. */
  readonly note: Fact<string>;
  /** When a command was begun, epoch ms. */
  readonly begunMs?: number | undefined;
  /** Last lines of what a command said. */
  readonly output?: string | undefined;
};

/** What a machine's plan needs to know about other objects. */
export type MachineRelations = {
  /** Agents that depend on the machine. */
  readonly agents: readonly string[];
  /** Those of them that are in a turn, or of which that can not be told. */
  readonly busyAgents: readonly string[];
  /** Other machines of the same project that are being made or made anew. */
  readonly busyMachines: readonly string[];
  /** Other things that this controller can not reach at the moment: a common cause is likely. */
  readonly failingOthers: readonly string[];
};

/** The live world around one virtual machine. */
export type VirtualMachineObservation = {
  readonly kind: 'VirtualMachine';
  readonly rig: Rig;
  readonly instance: Fact<InstanceView>;
  readonly image: Fact<string>;
  /** The open operation of `status.operation`, when it has one. */
  readonly operation?: Fact<OperationView> | undefined;
  readonly busyWith: Fact<readonly { id: string; description: string }[]>;
  /** Memory of the instances of the project; looked at only where a step may take more. */
  readonly memory?: Fact<readonly InstanceMemory[]> | undefined;
  /** Digest of each first-boot text as it would be sent now, by configuration key; in `instance` the same keys hold digests, too. */
  readonly cloudInit: Readonly<Record<string, string>>;
  /** First-boot texts and secrets that can not be read, with why. */
  readonly cloudInitProblems: readonly string[];
  /** The backup of the open operation: on the server, and as a file of the controller. */
  readonly serverBackup?: Fact<{ readonly createdAt: string }> | undefined;
  readonly backup?: Fact<BackupView> | undefined;
  /** Until when the client certificate is valid, epoch ms; undefined when there is none or it can not be read. */
  readonly certificateUntilMs?: number | undefined;
  /** Identity of the disk, from a note in the machine. */
  readonly disk: Fact<string>;
  readonly preconditions: readonly PreconditionView[];
  readonly related: MachineRelations;
  /** Results of the probes that were due, by name. */
  readonly probes: Readonly<Record<string, ProbeResult>>;
};

/** The host of the rig. */
export type RigObservation = {
  readonly kind: 'Rig';
  readonly boot: Fact<Boot>;
  /** The last controller before this boot; undefined when nothing is known of it, or when the boot is recorded. */
  readonly life: Life | undefined;
  readonly logPath: string;
  /** The log of reboots; absent too when it was not looked at because the boot is recorded. */
  readonly log: Fact<string>;
  /** Ids of the phases that are open. */
  readonly phases: readonly string[];
};

/** Kinds that have nothing outside to look at yet. */
export type PlainObservation = { readonly kind: 'AgentRun' | 'Delivery' };

/** What was seen for one object. */
export type Observation =
  | AgentObservation
  | RepositoryObservation
  | GateObservation
  | PhaseObservation
  | SequenceObservation
  | AccountObservation
  | VirtualMachineObservation
  | NotifierObservation
  | RigObservation
  | PlainObservation;
