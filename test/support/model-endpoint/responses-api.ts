import { asList, asObject, asText, contentOf, namedEvent, type ModelApi } from './model-api.ts';

/** The Responses API, which codex speaks. */
export const responsesApi: ModelApi = {
  handles: (path) => /^\/v1\/responses(?:\?|$)/.test(path),
  read(body) {
    const { model, stream, input, tools } = asObject(body);
    const items = asList(input).map(asObject);
    const own = (item: (typeof items)[number]) => item['role'] === 'assistant' || item['type'] === 'function_call';
    const incoming = items.slice(items.findLastIndex(own) + 1);
    const toolNames = asList(tools).map((tool) => asText(asObject(tool)['name']) || asText(asObject(tool)['type']));
    return {
      model: asText(model),
      streams: stream === true,
      isMain: toolNames.length > 0,
      said: typeof input === 'string' ? input : incoming.map(textOf).join('\n'),
      results: incoming.flatMap((item) => ('output' in item ? [JSON.stringify(item['output'])] : [])),
      tools: toolNames,
    };
  },
  stream({ id, model, reply }) {
    const done: object[] = [];
    let words = '';
    const message = { type: 'message', id: `msg_${id}`, role: 'assistant' };
    const place = () => ({ output_index: done.length });
    const finishWords = () => {
      if (words === '') return '';
      const item = {
        ...message,
        status: 'completed',
        content: [{ type: 'output_text', text: words, annotations: [] }],
      };
      words = '';
      const event = namedEvent('response.output_item.done', { ...place(), item });
      done.push(item);
      return event;
    };
    return {
      begin: () => namedEvent('response.created', { response: responseOf({ id, model }, 'in_progress', []) }),
      words(part) {
        const item = { ...message, status: 'in_progress', content: [] };
        const opening = words === '' ? namedEvent('response.output_item.added', { ...place(), item }) : '';
        words += part;
        const delta = { item_id: message.id, ...place(), content_index: 0, delta: part };
        return opening + namedEvent('response.output_text.delta', delta);
      },
      call({ name, input }) {
        const before = finishWords();
        const item = callOf(id, name, input);
        const added = namedEvent('response.output_item.added', { ...place(), item: { ...item, arguments: '' } });
        const finished = namedEvent('response.output_item.done', { ...place(), item });
        done.push(item);
        return before + added + finished;
      },
      fail: (error) =>
        namedEvent('response.failed', { response: { ...responseOf({ id, model }, 'failed', done), error } }),
      end() {
        const before = finishWords();
        const response = { ...responseOf({ id, model }, 'completed', done), usage: usageOf(reply.usage) };
        return before + namedEvent('response.completed', { response });
      },
    };
  },
  whole({ id, model, reply }) {
    const { text, tool } = contentOf(reply);
    const item = { type: 'message', id: `msg_${id}`, role: 'assistant', status: 'completed' };
    const output = [
      ...(text === '' ? [] : [{ ...item, content: [{ type: 'output_text', text, annotations: [] }] }]),
      ...(tool === undefined ? [] : [callOf(id, tool.name, tool.input)]),
    ];
    return { ...responseOf({ id, model }, 'completed', output), usage: usageOf(reply.usage) };
  },
  errorBody: ({ type, message }) => ({ error: { type, message, code: type } }),
};

function textOf({ content }: Readonly<Record<string, unknown>>): string {
  if (typeof content === 'string') return content;
  return asList(content)
    .map((part) => asText(asObject(part)['text']))
    .join('\n');
}

function responseOf({ id, model }: { id: string; model: string }, status: string, output: readonly object[]) {
  return { id: `resp_${id}`, object: 'response', status, model, output: [...output] };
}

function callOf(id: string, name: string, input: object) {
  const ids = { id: `fc_${id}`, call_id: `call_${id}` };
  return { type: 'function_call', ...ids, name, arguments: JSON.stringify(input), status: 'completed' };
}

function usageOf({ input = 1000, output = 12 }: { input?: number; output?: number } = {}) {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + output,
  };
}
