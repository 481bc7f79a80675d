/** What one probe said, once. `message` is stable for the same cause (no times, no counters). */
export type ProbeResult = {
  readonly ok: boolean;
  readonly message: string;
  /** True when the cause is on this side (a missing key file, no ssh, no route, no name): nothing is known about the other. */
  readonly local?: boolean;
};

/** Probes an outside thing once. Never throws; a time-out is a failed probe that says so. */
export interface Prober {
  tcp(target: { host: string; port: number; timeoutMs: number }): Promise<ProbeResult>;
  /** `expectStatus` defaults to 200-399. The certificate is verified unless a caFile says otherwise. */
  http(target: {
    url: string;
    timeoutMs: number;
    expectStatus?: number;
    bodyMatch?: string;
    caFile?: string;
    /** Days from `nowMs` (epoch ms) on that the served certificate must still be valid. */
    certificateDays?: number;
    nowMs?: number;
  }): Promise<ProbeResult>;
  /** A real ssh in batch mode with a known_hosts file of ccci's own; a new host key is recorded on first use, a changed one fails. */
  ssh(target: {
    host: string;
    port?: number;
    user?: string;
    keyFile?: string;
    knownHostsFile: string;
    command?: readonly string[];
    timeoutMs: number;
  }): Promise<ProbeResult>;
}
