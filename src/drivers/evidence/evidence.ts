import type { Fact } from '#api/fact.ts';

/** How far the run of a command at a commit has come. `said` is one plain sentence for a person, `output` the path of what it printed. */
export type EvidenceView = {
  /** `Lost`: it ended without a result, because its process died or could not be started. */
  readonly state: 'Running' | 'Passed' | 'Failed' | 'Lost' | 'Stopped';
  /** How often it was started. */
  readonly attempts: number;
  readonly said: string;
  readonly output: string;
};

/** One run to start. `folder` is its identity: a second start of the same attempt does nothing. */
export type EvidenceRequest = {
  readonly folder: string;
  /** 1 for the first attempt; an attempt that is started ends the right of all earlier ones to begin. */
  readonly attempt: number;
  readonly mirror: string;
  readonly sha: string;
  readonly argv: readonly string[];
  readonly timeoutMs: number;
  /** Unix user of the command; the owner of this process without it. Only root can run as somebody else. */
  readonly runAs?: string | undefined;
  /** Everything that the command gets, apart from HOME and TMPDIR, which are folders of its own. */
  readonly environment: Readonly<Record<string, string>>;
};

/** Looks at runs. */
export interface EvidenceReader {
  /** All runs under a folder, by name; empty when there are none. Unknown: FileUnreadable. */
  list(root: string): Promise<Fact<Readonly<Record<string, EvidenceView>>>>;
}

/** Starts and ends runs. A run goes on when this program ends. */
export interface EvidenceWriter {
  /** Hands the run to a process of its own and returns. Throws PreconditionFailed when another attempt is at it. */
  start(request: EvidenceRequest): Promise<void>;
  /** Ends a run that nobody asks for any more; one that has ended already is left as it is. */
  stop(folder: string): Promise<void>;
  /** Removes the oldest ended runs under a folder until `most` are left; those named in `keep` stay. */
  prune(root: string, limits: { most: number; keep: readonly string[] }): Promise<void>;
}
