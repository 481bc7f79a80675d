import type { Fact } from '#api/fact.ts';

/** How to reach one Incus server and how it proves who it is: by fingerprint, by caFile, or (insecure) not at all. */
export type IncusServer =
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'https';
      readonly url: string;
      readonly certFile: string;
      readonly keyFile: string;
      readonly caFile?: string;
      /** SHA-256 of the server certificate's DER, hex, with or without `sha256:` and colons. */
      readonly fingerprint?: string;
      readonly insecure?: boolean;
    };

/** One instance, with what decisions need. `config` and `devices` are the instance's own, not the expanded ones. */
export type InstanceView = {
  readonly name: string;
  readonly status: 'Running' | 'Ready' | 'Stopped' | 'Frozen' | 'Starting' | 'Stopping' | 'Freezing' | 'Error' | string;
  readonly statusCode: number;
  readonly type: string;
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly description: string;
  readonly etag: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  /** True when the record was left by a create that never finished (facts 10.3). */
  readonly halfCreated: boolean;
};

/** What one instance may take of the memory of its project. */
export type InstanceMemory = { readonly name: string; readonly limit?: string; readonly isRunning: boolean };

/** Reasons an unknown answer carries: each is something a person can act on. */
export type IncusUnknown =
  | 'ServerUnreachable'
  | 'ServerHung'
  | 'ServerUntrusted'
  | 'CertificateWrong'
  | 'ClientCertificateMissing'
  | 'ClientCertificateExpired'
  | 'NotAuthorized'
  | 'ProjectMissing'
  | 'ServerError';

/** One operation. A failed one carries the server's own text and, as `reason`, what an IncusError of that text would say. */
export type OperationView = {
  readonly status: 'Running' | 'Success' | 'Failure';
  readonly error?: string;
  readonly reason?: IncusReason;
};

/** Looks at one project of one server. The server's identity is checked before the first byte of a request. */
export interface IncusReader {
  /** `absent` only when the project exists, is readable, and has no such instance. */
  instance(project: string, name: string): Promise<Fact<InstanceView>>;
  /** Guest agent (or container init) answers: `processes` >= 0 in the state. */
  state(project: string, name: string): Promise<Fact<{ status: string; pid: number; processes: number }>>;
  /** A finished backup on the server. */
  backup(target: InstanceTarget, backup: string): Promise<Fact<{ readonly createdAt: string }>>;
  /** Every instance of the project, also stopped ones, with its memory limit as the server writes it (profiles included); without one it is undefined. */
  memory(project: string): Promise<Fact<readonly InstanceMemory[]>>;
  /** Fingerprint the alias points to. */
  imageTarget(project: string, alias: string): Promise<Fact<string>>;
  /** An operation by id: running, done or failed with text; `absent` when forgotten (5 s after its end, or a daemon restart). */
  operation(id: string): Promise<Fact<OperationView>>;
  /** Running operations that name the instance. */
  operationsOn(project: string, name: string): Promise<Fact<readonly { id: string; description: string }[]>>;
}

/** What a new instance is to be. It is created stopped; `requestId` is stored as user.ccci.request-id. */
export type CreateInstance = {
  readonly project: string;
  readonly name: string;
  readonly type: 'container' | 'virtual-machine';
  readonly image: { readonly alias?: string | undefined; readonly fingerprint?: string | undefined };
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly requestId: string;
};

/** Names one instance. */
export type InstanceTarget = { readonly project: string; readonly name: string };

/** A power change. `timeoutS` is how long the server waits for a polite guest before the operation fails. */
export type StateChange = {
  readonly action: 'start' | 'stop' | 'restart' | 'unfreeze' | 'freeze';
  readonly timeoutS: number;
  readonly force: boolean;
};

/** Own keys of an instance that are to be different; what is not named stays as it is. */
export type InstanceUpdate = {
  /** The instance as it was looked at: another ETag means that it changed meanwhile. */
  readonly etag: string;
  /** Sent along unchanged: a server forgets it otherwise. */
  readonly description: string;
  /** `null` removes a key. */
  readonly config: Readonly<Record<string, string | null>>;
  /** Whole devices. */
  readonly devices: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** Changes instances. Calls that take time start an operation and answer its id without waiting for it. Throws IncusError. */
export interface IncusWriter {
  create(request: CreateInstance): Promise<string>;
  /** Changes configuration at once. Throws PreconditionFailed when the instance is not the one that was looked at any more. */
  update(target: InstanceTarget, update: InstanceUpdate): Promise<void>;
  /** Graceful when `force` is false; `timeoutS` must be > 0 (0 would mean forced). */
  changeState(target: InstanceTarget, change: StateChange): Promise<string>;
  /**
   * Deletes a half-created leftover that carries a request id of ccci; anything else is Refused, whoever asks. The
   * instance is read again just before, and with `requestId` it must also be that one.
   */
  delete(target: InstanceTarget & { requestId?: string }): Promise<string>;
  /**
   * Deletes a whole instance with its disk, if it is stopped, not protected, and still the one with that uuid. The two
   * keys that this needs are turned by the caller.
   */
  wipe(target: InstanceTarget & { uuid: string }): Promise<string>;
  /** Gives a stopped instance, if it is still the one with that uuid, another name. */
  rename(target: InstanceTarget & { uuid: string }, newName: string): Promise<string>;
  /** Begins a backup on the server, without snapshots, compressed with gzip. */
  backUp(target: InstanceTarget, backup: string): Promise<string>;
  /** Removes a backup from the server. */
  forgetBackup(target: InstanceTarget, backup: string): Promise<string>;
}

/** What an IncusWriter can report: the server could not be asked (IncusUnknown), or what it refused. */
export type IncusReason =
  | IncusUnknown
  | 'NameTaken'
  | 'ImageMissing'
  | 'CapExceeded'
  | 'Busy'
  | 'InstanceProtected'
  | 'ShuttingDown'
  | 'Refused';

/** Thrown by IncusWriter. `reason` is one of IncusUnknown or what the server refused. */
export class IncusError extends Error {
  readonly reason: IncusReason;
  constructor(reason: IncusReason, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'IncusError';
    this.reason = reason;
  }
}

/** Tells when an instance may have changed, from the lifecycle events websocket; reconnects with back-off; silence of 25 s counts as broken. */
export interface IncusWatcher {
  watch(project: string, onChange: (instance: string | undefined) => void, signal: AbortSignal): void;
}
