import type { ModelReply, ModelRequest, PlayedReply } from './model-reply.ts';

/** What a protocol says about a request, before anybody knows whose it is. */
export type ReadRequest = Omit<ModelRequest, 'agent' | 'number' | 'body'> & { readonly streams: boolean };

/** One answer on its way: the pieces of a server-sent stream, each a text for the wire. */
export type AnswerStream = {
  begin(): string;
  words(part: string): string;
  /** The tool call of a reply that has one. */
  call(tool: { name: string; input: object }): string;
  fail(error: { type: string; message: string }): string;
  end(): string;
};

/** One model protocol as the agent programs speak it. Read for the needed fields only. */
export type ModelApi = {
  /** Whether requests to this path ask the model something. */
  handles(path: string): boolean;
  read(body: unknown, path: string): ReadRequest;
  stream(answer: { id: string; model: string; reply: PlayedReply }): AnswerStream;
  /** The same answer in one piece. */
  whole(answer: { id: string; model: string; reply: PlayedReply }): unknown;
  errorBody(reply: Extract<ModelReply, { kind: 'Error' }>): unknown;
};

/** A value of unknown shape as an object; an empty one when it is none. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** A value of unknown shape as a list; an empty one when it is none. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A value of unknown shape as a text; an empty one when it is none. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What came into a conversation after the model's last message: what a person or a program said, and results of tools. */
export function sinceLastAnswer(messages: readonly Readonly<Record<string, unknown>>[]): typeof messages {
  const answers = ['assistant', 'model'];
  return messages.slice(messages.findLastIndex(({ role }) => answers.some((each) => each === role)) + 1);
}

/** A server-sent event with a name. */
export function namedEvent(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

/** The words and the tool call of a reply. */
export function contentOf(reply: PlayedReply): { text: string; tool?: { name: string; input: object } } {
  if (reply.kind !== 'Tool') return { text: reply.text };
  return { text: reply.text ?? '', tool: { name: reply.name, input: reply.input } };
}
