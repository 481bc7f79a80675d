/** What a Reason means and what a person can do about it. */
export type ReasonEntry = {
  /** One sentence. */
  readonly meaning: string;
  /** One sentence; what to do, or that nothing is needed. */
  readonly next: string;
};
