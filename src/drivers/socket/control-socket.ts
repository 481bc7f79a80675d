import type { Fact } from '#api/fact.ts';

/** A value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The controller's end of the control channel. */
export type ControlServer = {
  /** Stops listening, ends open connections and removes the socket file. */
  close(): Promise<void>;
};

/** Serves requests on an owner-only unix socket: one JSON request and one JSON response per connection. */
export interface ControlListener {
  /**
   * Starts to listen. What `handle` answers is sent back; what it throws reaches the asker as an unknown fact. A socket
   * file that nobody answers on is replaced; one that somebody answers on is an error.
   */
  serve(path: string, handle: (request: Json) => Promise<Json>): Promise<ControlServer>;
}

/** Asks the controller. */
export interface ControlAsker {
  /** `absent`: nobody listens there. `unknown`: no or no good answer within `timeoutMs`. */
  ask(path: string, request: Json, timeoutMs: number): Promise<Fact<Json>>;
}
