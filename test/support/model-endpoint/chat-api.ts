import { asList, asObject, asText, contentOf, sinceLastAnswer, type ModelApi } from './model-api.ts';

/** The Chat Completions API, which opencode speaks to a provider of its configuration. */
export const chatApi: ModelApi = {
  handles: (path) => /^\/v1\/chat\/completions(?:\?|$)/.test(path),
  read(body) {
    const { model, stream, messages, tools } = asObject(body);
    const all = asList(messages).map(asObject);
    const incoming = sinceLastAnswer(all);
    const toolNames = asList(tools).map((tool) => asText(asObject(asObject(tool)['function'])['name']));
    return {
      model: asText(model),
      streams: stream === true,
      isMain: toolNames.length > 0,
      said: incoming.flatMap(({ role, content }) => (role === 'user' ? [textOf(content)] : [])).join('\n'),
      results: incoming.flatMap(({ role, content }) => (role === 'tool' ? [textOf(content)] : [])),
      tools: toolNames,
    };
  },
  stream({ id, model, reply }) {
    const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) => {
      const choices = [{ index: 0, delta, finish_reason }];
      const common = { id: `chat_${id}`, object: 'chat.completion.chunk', created: 1, model };
      return `data: ${JSON.stringify({ ...common, choices, ...more })}\n\n`;
    };
    return {
      begin: () => chunk({ role: 'assistant', content: '' }),
      words: (content) => chunk({ content }),
      call: ({ name, input }) => chunk({ tool_calls: [{ index: 0, ...callOf(id, name, input) }] }),
      fail: (error) => `data: ${JSON.stringify({ error })}\n\n`,
      end: () => `${chunk({}, finishReason(reply.kind), { usage: usageOf(reply.usage) })}data: [DONE]\n\n`,
    };
  },
  whole({ id, model, reply }) {
    const { text, tool } = contentOf(reply);
    const calls = tool === undefined ? {} : { tool_calls: [callOf(id, tool.name, tool.input)] };
    const message = { role: 'assistant', content: text, ...calls };
    const choices = [{ index: 0, message, finish_reason: finishReason(reply.kind) }];
    return { id: `chat_${id}`, object: 'chat.completion', created: 1, model, choices, usage: usageOf(reply.usage) };
  },
  errorBody: ({ type, message }) => ({ error: { type, message, code: type } }),
};

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return asList(content)
    .map((part) => asText(asObject(part)['text']))
    .join('\n');
}

function callOf(id: string, name: string, input: object) {
  return { id: `call_${id}`, type: 'function', function: { name, arguments: JSON.stringify(input) } };
}

function usageOf({ input = 1000, output = 12 }: { input?: number; output?: number } = {}) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function finishReason(kind: string): string {
  return kind === 'Tool' ? 'tool_calls' : 'stop';
}
