/** The two times everything uses. Wall time may jump; monotonic time does not, and does not count host suspend. */
export type Now = {
  /** Epoch ms, UTC. */
  readonly wallMs: number;
  /** Monotonic ms since an arbitrary start of this process. */
  readonly monoMs: number;
};

/** Reads time and waits. The only home of Date.now and timers outside the controller's edge. */
export interface Clock {
  now(): Now;
  /** Calls `fn` once after `delayMs`; answers a function that cancels it. Does not keep the process alive. */
  after(delayMs: number, fn: () => void): () => void;
  sleep(delayMs: number): Promise<void>;
}
