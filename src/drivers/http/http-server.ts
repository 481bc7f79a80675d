/** A request with its whole body. Everything in it is from outside and hostile. */
export type HttpRequest = {
  readonly method: string;
  /** Path without the query, as it came: not decoded. */
  readonly path: string;
  /** By lower-case name; of a header that came more than once, nothing. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
};

/** What is answered. The text is for people. */
export type HttpAnswer = {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What a server takes, so that nobody can hold it up or fill its memory. */
export type HttpLimits = {
  readonly maxBodyBytes: number;
  readonly maxConnections: number;
  /** Time for the headers to arrive, and for the whole request. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
};

/** How requests are answered. `early` sees a request before its body is read; an answer of it ends the request there. Neither throws. */
export type HttpHandler = {
  early(request: Omit<HttpRequest, 'body'>): HttpAnswer | undefined;
  answer(request: HttpRequest): Promise<HttpAnswer>;
};

/** A server that listens. */
export type HttpServer = {
  /** `host:port` that it listens on, with the port that the system chose for port 0. */
  readonly address: string;
  /** Cuts every connection and ends. */
  close(): Promise<void>;
};
