import type { PlayedReply } from './model-reply.ts';
import { asList, asObject, asText, contentOf, sinceLastAnswer, type ModelApi } from './model-api.ts';

/** Google's generateContent, which gemini speaks. */
export const geminiApi: ModelApi = {
  handles: (path) => /:(?:streamGenerateContent|generateContent)(?:\?|$)/.test(path),
  read(body, path) {
    const { contents, tools } = asObject(body);
    const parts = sinceLastAnswer(asList(contents).map(asObject)).flatMap((content) =>
      asList(content['parts']).map(asObject),
    );
    const toolNames = asList(tools)
      .flatMap((group) => asList(asObject(group)['functionDeclarations']))
      .map((tool) => asText(asObject(tool)['name']));
    return {
      model: /models\/([^:]+):/.exec(path)?.[1] ?? '',
      streams: path.includes(':streamGenerateContent'),
      isMain: toolNames.length > 0,
      said: parts.map(({ text }) => asText(text)).join('\n'),
      results: parts.flatMap(({ functionResponse }) =>
        functionResponse === undefined ? [] : [JSON.stringify(functionResponse)],
      ),
      tools: toolNames,
    };
  },
  stream({ model, reply }) {
    const event = (value: object) => `data: ${JSON.stringify(value)}\r\n\r\n`;
    return {
      begin: () => '',
      words: (text) => event({ candidates: [candidateOf([{ text }])], modelVersion: model }),
      call: ({ name, input }) =>
        event({ candidates: [candidateOf([{ functionCall: { name, args: input } }])], modelVersion: model }),
      fail: ({ type, message }) => event({ error: { code: 500, status: type, message } }),
      end: () => event({ candidates: [candidateOf([], 'STOP')], ...closingOf(model, reply) }),
    };
  },
  whole({ model, reply }) {
    const { text, tool } = contentOf(reply);
    const call = tool === undefined ? [] : [{ functionCall: { name: tool.name, args: tool.input } }];
    const parts = [...(text === '' ? [] : [{ text }]), ...call];
    return { candidates: [candidateOf(parts, 'STOP')], ...closingOf(model, reply) };
  },
  errorBody: ({ status, type, message }) => ({ error: { code: status, message, status: type, details: [] } }),
};

function candidateOf(parts: readonly object[], finishReason?: string) {
  return { content: { role: 'model', parts }, index: 0, ...(finishReason === undefined ? {} : { finishReason }) };
}

function closingOf(model: string, { usage: { input = 1000, output = 12 } = {} }: PlayedReply) {
  const usageMetadata = { promptTokenCount: input, candidatesTokenCount: output, totalTokenCount: input + output };
  return { usageMetadata, modelVersion: model };
}
