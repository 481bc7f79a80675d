import { asList, asObject, asText, contentOf, namedEvent, sinceLastAnswer, type ModelApi } from './model-api.ts';

/** The Messages API, which claude speaks. */
export const messagesApi: ModelApi = {
  handles: (path) => /^\/v1\/messages(?:\?|$)/.test(path),
  read(body) {
    const { model, stream, messages, tools } = asObject(body);
    const blocks = sinceLastAnswer(asList(messages).map(asObject)).flatMap(blocksOf);
    const toolNames = asList(tools).map((tool) => asText(asObject(tool)['name']));
    return {
      model: asText(model),
      streams: stream === true,
      isMain: toolNames.length > 0,
      said: blocks.map(({ text }) => asText(text)).join('\n'),
      results: blocks.filter(({ type }) => type === 'tool_result').map((block) => JSON.stringify(block)),
      tools: toolNames,
    };
  },
  stream({ id, model, reply }) {
    let index = -1;
    let isOpen = false;
    const close = () => {
      if (!isOpen) return '';
      isOpen = false;
      return namedEvent('content_block_stop', { index });
    };
    const open = (content_block: object) => {
      const before = close();
      index += 1;
      isOpen = true;
      return before + namedEvent('content_block_start', { index, content_block });
    };
    const delta = (fields: object) => namedEvent('content_block_delta', { index, delta: fields });
    return {
      begin: () => namedEvent('message_start', { message: { ...messageOf(id, model), usage: usageOf(reply, 1) } }),
      words: (text) => (isOpen ? '' : open({ type: 'text', text: '' })) + delta({ type: 'text_delta', text }),
      call: ({ name, input }) =>
        open({ type: 'tool_use', id: `toolu_${id}`, name, input: {} }) +
        delta({ type: 'input_json_delta', partial_json: JSON.stringify(input) }),
      fail: (error) => close() + namedEvent('error', { error }),
      end: () =>
        close() +
        namedEvent('message_delta', {
          delta: { stop_reason: stopReason(reply.kind), stop_sequence: null },
          usage: { output_tokens: reply.usage?.output ?? 12 },
        }) +
        namedEvent('message_stop', {}),
    };
  },
  whole({ id, model, reply }) {
    const { text, tool } = contentOf(reply);
    return {
      ...messageOf(id, model),
      content: [
        ...(text === '' ? [] : [{ type: 'text', text }]),
        ...(tool === undefined ? [] : [{ type: 'tool_use', id: `toolu_${id}`, ...tool }]),
      ],
      stop_reason: stopReason(reply.kind),
      usage: usageOf(reply, reply.usage?.output ?? 12),
    };
  },
  errorBody: ({ type, message }) => ({ type: 'error', error: { type, message } }),
};

function blocksOf({ content }: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : asList(content).map(asObject);
}

function messageOf(id: string, model: string) {
  const empty = { content: [], stop_reason: null, stop_sequence: null };
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model, ...empty };
}

function usageOf({ usage = {} }: { usage?: { input?: number } }, output: number) {
  const cache = { cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  return { input_tokens: usage.input ?? 1000, ...cache, output_tokens: output };
}

function stopReason(kind: string): string {
  return kind === 'Tool' ? 'tool_use' : 'end_turn';
}
