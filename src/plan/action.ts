import type { BackendType } from '#api/agent-backend.ts';
import type { LaunchRecord } from '#api/agent-status.ts';
import type { DeliverySpec } from '#api/delivery.ts';
import type { Reason } from '#api/reasons.ts';
import type { BootRecord } from '#api/rig-boots.ts';
import type { EvidenceRequest } from '#drivers/evidence/evidence.ts';
import type { GitCredentials } from '#drivers/git/git.ts';
import type { DialogName } from '#backends/screen-state.ts';
import type { Operation } from '#api/operation.ts';
import type { CloudInit } from '#api/virtual-machine-cloud-init.ts';
import type { Precondition } from '#api/virtual-machine-precondition.ts';
import type { CreateInstance, InstanceUpdate } from '#drivers/incus/incus.ts';
import type { NotifyRequest } from '#drivers/notify/notify.ts';
import type { PanePrecondition } from '#drivers/tmux/tmux.ts';

/** What an action disturbs, for the person who reads the plan. */
export type BlastRadius =
  'none' | 'live' | 'restart session' | 'stop session' | 'restart VM' | 'recreate VM: wipes disk';

type Why = { readonly reason: Reason; readonly message: string; readonly blast: BlastRadius };

/** A file that has to be there before a session starts; owner-only. */
export type LaunchFile = { readonly path: string; readonly text: string; readonly mode: number };

/** Starts a session. */
export type CreateSession = Why & {
  readonly type: 'CreateSession';
  readonly incarnation: string;
  readonly name: string;
  readonly cwd: string;
  readonly argv: readonly string[];
  readonly marks: Readonly<Record<string, string>>;
  readonly files: readonly LaunchFile[];
  /** Folders below `root` are those of earlier incarnations, except `keep`; they are removed. */
  readonly spool?: { readonly root: string; readonly keep: string } | undefined;
  readonly record: LaunchRecord;
  /** Counts against the restart budget. */
  readonly counted: boolean;
  /** True when it replaces an earlier incarnation. */
  readonly restart: boolean;
  /** Names of the deliveries that the start prompt lists. */
  readonly deliveries: readonly string[];
  readonly width: number;
  readonly height: number;
};

/** Types one message made of due deliveries into a session. */
export type TypeMessage = Why & {
  readonly type: 'TypeMessage';
  readonly target: PanePrecondition;
  readonly incarnation: string;
  readonly nonce: string;
  readonly text: string;
  readonly backend: BackendType;
  readonly waitMarker: string;
  /** The text is on the screen already: an earlier attempt was cut off after the paste. */
  readonly isPasted: boolean;
  /** What shows that it was accepted: the program's own word where it has given any, otherwise the screen. */
  readonly proof: 'Signals' | 'Screen';
  /** The program is in mid-turn: it keeps the message in its queue until it can take it. */
  readonly isQueued: boolean;
  readonly deliveries: readonly string[];
};

/** Brings the mirror to where the remote's branch is. */
export type FetchMirror = Why & {
  readonly type: 'FetchMirror';
  readonly mirror: string;
  readonly url: string;
  readonly branch: string;
  /** Where the credentials are; never what they are. */
  readonly credentials?: GitCredentials;
  /** The head before, when it was of the same branch. */
  readonly previous?: string | undefined;
  readonly cloneHeads: Readonly<Record<string, string>>;
};

/** Answers a dialog; nothing is pressed while another screen shows. */
export type AnswerDialog = Why & {
  readonly type: 'AnswerDialog';
  readonly target: PanePrecondition;
  readonly backend: BackendType;
  readonly waitMarker: string;
  readonly dialog: DialogName;
  readonly answer: 'Yes' | 'No' | 'Close';
};

/** Types a command of the program itself, which is no message to its model. */
export type TypeCommand = Why & {
  readonly type: 'TypeCommand';
  readonly target: PanePrecondition;
  readonly backend: BackendType;
  readonly waitMarker: string;
  readonly text: string;
};

/** One step that changes the world. It carries everything it needs; carrying it out decides nothing. */
export type Action =
  | (Why & { type: 'CloneWorkdir'; path: string; url: string; branch: string; credentials?: GitCredentials })
  | (Why & { type: 'MakeWorkdir'; path: string })
  | CreateSession
  | (Why & {
      type: 'AdoptSession';
      target: PanePrecondition;
      marks: Readonly<Record<string, string>>;
      incarnation: string;
      /** What its program needs to speak, in case it was lost together with the state directory. */
      files?: readonly LaunchFile[] | undefined;
    })
  | (Why & {
      type: 'StopSession';
      target: PanePrecondition;
      /** What the processes of the session carry: a stop counts when none is left. */
      mark: { rig: string; agent: string };
      process?: { pid: number; startTime: number } | undefined;
    })
  | (Why & { type: 'EndProcess'; pid: number; startTime: number; signal: 'SIGTERM' | 'SIGKILL' })
  | (Why & { type: 'RecoverSocket'; serverPid: number })
  | TypeMessage
  | AnswerDialog
  | TypeCommand
  | (Why & { type: 'Interrupt'; target: PanePrecondition; keys: readonly string[] })
  | FetchMirror
  | (Why & { type: 'TidyMirror'; mirror: string })
  | (Why & {
      type: 'CreateDelivery';
      name: string;
      spec: DeliverySpec;
      /** What the message tells the agent to read; it is there before the message is. */
      file?: LaunchFile | undefined;
    })
  | (Why & { type: 'SettleDelivery'; name: string })
  | (Why & { type: 'DeleteDelivery'; name: string })
  | (Why & {
      type: 'RunEvidence';
      request: EvidenceRequest;
      /** Folder of all runs of the gate, of which `most` ended ones and those in `keep` stay. */
      root: string;
      most: number;
      keep: readonly string[];
    })
  | (Why & { type: 'StopEvidence'; folder: string })
  | (Why & { type: 'EnsureSequence'; name: string })
  | (Why & { type: 'EnsureAccount'; name: string })
  | (Why & {
      type: 'CreateInstance';
      request: CreateInstance;
      /** First-boot texts and secrets, by reference: they are read in the very call. */
      cloudInit?: CloudInit;
    })
  | (Why & { type: 'DeleteLeftover'; project: string; name: string; requestId?: string | undefined })
  | (Why & {
      type: 'ChangeInstance';
      project: string;
      name: string;
      change: { action: 'start' | 'stop' | 'restart' | 'unfreeze'; timeoutS: number; force: boolean };
    })
  | (Why & {
      type: 'UpdateInstance';
      project: string;
      name: string;
      update: InstanceUpdate;
      /** Fields of the manifest that are brought about. */
      fields: readonly string[];
      /** The instance is taken over by this: how it differs then. */
      adopted?: { generation: number; fields: readonly string[] };
    })
  | (Why & { type: 'BeginRecreate'; operation: Operation; order?: string | undefined })
  | (Why & { type: 'BeginBackup'; operation: Operation; order: string })
  | (Why & { type: 'ForgetBackup'; project: string; name: string; backup: string })
  | (Why & { type: 'ConsumeApproval'; approval: string; kind: 'Approval' | 'Budget' | 'Order' })
  | (Why & { type: 'BackUpInstance'; project: string; name: string; backup: string })
  | (Why & { type: 'FetchBackup'; project: string; name: string; backup: string; path: string })
  | (Why & { type: 'WipeInstance'; project: string; name: string; uuid: string; operation: string })
  | (Why & { type: 'RenameInstance'; project: string; name: string; uuid: string; newName: string })
  | (Why & { type: 'PutNote'; project: string; name: string; path: string; text: string })
  | (Why & {
      type: 'ApplyPrecondition';
      project: string;
      name: string;
      step: Precondition;
      timeoutS: number;
      folder: string;
      note: string;
    })
  | (Why & { type: 'SendNotice'; id: string; request: NotifyRequest })
  | (Why & { type: 'SendHeartbeat'; request: NotifyRequest })
  | (Why & {
      type: 'RecordBoot';
      path: string;
      /** The log as it was planned with; undefined when there was none. */
      before: string | undefined;
      text: string;
      record: BootRecord;
    })
  | (Why & { type: 'Finalize'; key: string; finalizer: string });

/** The finalizer that keeps an object until its live things are ended. */
export const FINALIZER = 'ccci.dev/live';
