/** How a secret is used: its file is read in the very call, and its text goes nowhere else. */
export type NotifySecret = {
  readonly file: string;
  /** Signature: HMAC-SHA256 over the body, in the header `X-Ccci-Signature-256`. Bearer: an access token. Address: the url itself. */
  readonly use: 'Signature' | 'Bearer' | 'Address';
};

/** One message for the outside, whole: nothing is left to decide. */
export type NotifyRequest =
  | {
      readonly type: 'Post';
      /** Undefined when the secret is the address. */
      readonly url?: string | undefined;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      readonly secret?: NotifySecret | undefined;
    }
  | { readonly type: 'Run'; readonly command: readonly string[]; readonly input: string };

/** Tells the outside something. */
export interface Notify {
  /**
   * Resolves when the receiver answered 2xx, or the program ended with exit code 0. Throws NotifyError otherwise, also
   * when there is no answer in time; then it is open whether it arrived.
   */
  send(request: NotifyRequest): Promise<void>;
}

/** The message was not taken, as far as is known. The words hold no secret, and are the same for the same cause. */
export class NotifyError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'NotifyError';
    this.reason = reason;
  }
}
