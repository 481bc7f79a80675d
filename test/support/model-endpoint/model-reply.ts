/** Tokens that a reply claims to have cost. */
type Usage = { readonly input?: number; readonly output?: number };

type Common = { readonly headers?: Readonly<Record<string, string>>; readonly usage?: Usage };

/** What the model does with one request. */
export type ModelReply = Common &
  (
    | {
        readonly kind: 'Text';
        readonly text: string;
        /** Time over which the words are spread. */
        readonly overMs?: number;
        /** After the words the stream stays open, without a sound, until this resolves; then the turn ends as usual. */
        readonly until?: Promise<unknown>;
      }
    | { readonly kind: 'Tool'; readonly name: string; readonly input: object; readonly text?: string }
    | { readonly kind: 'Error'; readonly status: number; readonly type: string; readonly message: string }
    /** The words, and then an error inside the stream. */
    | { readonly kind: 'BreakOff'; readonly text: string; readonly type: string; readonly message: string }
    /** The words, and then nothing, for ever. */
    | { readonly kind: 'Silence'; readonly text: string }
    /** Not even a first byte. */
    | { readonly kind: 'Hang' }
    /** The connection is cut without an answer. */
    | { readonly kind: 'Drop' }
  );

/** A reply that goes over the wire as a success and is played to its end or to its break. */
export type PlayedReply = Extract<ModelReply, { kind: 'Text' | 'Tool' | 'BreakOff' | 'Silence' }>;

/** One request of a model, as a script needs to know it. */
export type ModelRequest = {
  readonly agent: string;
  /** Counts the agent's main requests from 1. */
  readonly number: number;
  /** False for what an agent program asks beside the conversation, such as a title: those carry no tools. */
  readonly isMain: boolean;
  readonly model: string;
  /** What was said since the model's last message, by persons and programs, without results of tools. */
  readonly said: string;
  /** Results of tools since the model's last message. */
  readonly results: readonly string[];
  /** Everything in the request, for a look into the conversation so far. */
  readonly body: string;
  readonly tools: readonly string[];
};

/** Decides what the model does. Asked once per request, in the order of arrival. */
export type ModelScript = (request: ModelRequest) => ModelReply;

/** A model that says this and ends its turn. */
export function says(text: string, more: Common & { overMs?: number; until?: Promise<unknown> } = {}): ModelReply {
  return { kind: 'Text', text, ...more };
}

/** A model that uses a tool; its result comes with the next request. */
export function uses(name: string, input: object, text?: string): ModelReply {
  return { kind: 'Tool', name, input, ...(text === undefined ? {} : { text }) };
}

/** An endpoint that refuses. */
export function fails(status: number, type: string, message: string): ModelReply {
  return { kind: 'Error', status, type, message };
}

/** One reply after the other, the last again and again. */
export function inOrder(...replies: readonly [ModelReply, ...ModelReply[]]): ModelScript {
  let next = 0;
  return () => {
    const reply = replies[Math.min(next, replies.length - 1)] ?? replies[0];
    next += 1;
    return reply;
  };
}
