import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { limitHeaders } from '../support/model-endpoint/limit-headers.ts';
import { startModelEndpoint, type ModelEndpoint } from '../support/model-endpoint/model-endpoint.ts';
import { fails, inOrder, says, uses } from '../support/model-endpoint/model-reply.ts';

type Protocol = { readonly name: string; readonly path: string; readonly ask: object; readonly streamed: object };

const TOOLS = { tools: [{ name: 'Bash', function: { name: 'Bash' } }] };
const MESSAGE = { role: 'user', content: 'hello' };
const PROTOCOLS: readonly Protocol[] = [
  { name: 'Messages', path: '/v1/messages', ask: { messages: [MESSAGE], ...TOOLS }, streamed: { stream: true } },
  { name: 'Responses', path: '/v1/responses', ask: { input: [MESSAGE], ...TOOLS }, streamed: { stream: true } },
  { name: 'Chat', path: '/v1/chat/completions', ask: { messages: [MESSAGE], ...TOOLS }, streamed: { stream: true } },
];

async function withEndpoint(work: (endpoint: ModelEndpoint) => Promise<void>): Promise<void> {
  const endpoint = await startModelEndpoint();
  try {
    await work(endpoint);
  } finally {
    await endpoint.close();
  }
}

function post(url: string, body: object): Promise<Response> {
  return fetch(url, { method: 'POST', body: JSON.stringify(body) });
}

describe('the scripted model endpoint', () => {
  for (const { name, path, ask, streamed } of PROTOCOLS) {
    test(`says what its script says over ${name}, in a stream and in one piece`, () =>
      withEndpoint(async (endpoint) => {
        const model = endpoint.modelOf('builder', () => says('one two'));
        const whole = await post(model.url + path, ask);
        assert.match(await whole.text(), /one two/);
        const parts = await post(model.url + path, { ...ask, ...streamed });
        const text = await parts.text();
        assert.match(text, /one[^]*two/);
        assert.equal(parts.headers.get('content-type'), 'text/event-stream');
        assert.deepEqual([model.mains.length, endpoint.count], [2, 2]);
        assert.equal(model.mains[0]?.said, 'hello');
      }));

    test(`calls a tool over ${name} with its whole input`, () =>
      withEndpoint(async (endpoint) => {
        const model = endpoint.modelOf('builder', () => uses('Bash', { command: 'ls' }));
        const text = await (await post(model.url + path, { ...ask, ...streamed })).text();
        assert.match(text, /"name":"Bash"/);
        assert.ok(text.includes(JSON.stringify(JSON.stringify({ command: 'ls' })).slice(1, -1)), text);
      }));
  }

  test('speaks the protocol of gemini, in which the path names the model', () =>
    withEndpoint(async (endpoint) => {
      const model = endpoint.modelOf('builder', () => says('one two'));
      const tools = [{ functionDeclarations: [{ name: 'run_shell_command' }] }];
      const body = { contents: [{ role: 'user', parts: [{ text: 'hello' }] }], tools };
      for (const verb of ['generateContent', 'streamGenerateContent?alt=sse']) {
        const answer = await post(`${model.url}/v1beta/models/some-model:${verb}`, body);
        assert.match(await answer.text(), /one[^]*two/);
      }
      assert.deepEqual(
        model.mains.map(({ said, model: asked }) => [said, asked]),
        [
          ['hello', 'some-model'],
          ['hello', 'some-model'],
        ],
      );
    }));

  test('keeps agents apart, and questions beside the conversation apart from those of the conversation', () =>
    withEndpoint(async (endpoint) => {
      const builder = endpoint.modelOf('builder', inOrder(says('first'), says('then')));
      const adversary = endpoint.modelOf('adversary', () => says('mine'));
      const ask = { messages: [MESSAGE], ...TOOLS };
      const title = { messages: [MESSAGE] };
      const said: string[] = [];
      for (const [model, body] of [
        [builder, ask],
        [adversary, ask],
        [builder, title],
        [builder, ask],
        [builder, ask],
      ] as const)
        said.push(await (await post(`${model.url}/v1/messages`, body)).text());
      const words = said.map((text) => /"text":"(.*?[^\\])"/.exec(text)?.[1]);
      assert.deepEqual(words, ['first', 'mine', String.raw`{\"title\":\"Test session\"}`, 'then', 'then']);
      assert.deepEqual([builder.mains.length, builder.requests.length, adversary.mains.length], [3, 4, 1]);
      assert.deepEqual(
        builder.mains.map(({ number }) => number),
        [1, 2, 3],
      );
    }));

  test('refuses with status and headers, and knows what was said since the last answer only', () =>
    withEndpoint(async (endpoint) => {
      const headers = limitHeaders({ status: 'rejected', resetsAtMs: 1_800_000_000_000 });
      const model = endpoint.modelOf('builder', () => ({ ...fails(429, 'rate_limit_error', 'no more'), headers }));
      const messages = [MESSAGE, { role: 'assistant', content: 'yes?' }, { role: 'user', content: 'again' }];
      const answer = await post(`${model.url}/v1/messages`, { messages, ...TOOLS });
      assert.equal(answer.status, 429);
      assert.equal(answer.headers.get('anthropic-ratelimit-unified-reset'), '1800000000');
      assert.deepEqual(await answer.json(), { type: 'error', error: { type: 'rate_limit_error', message: 'no more' } });
      assert.equal(model.mains[0]?.said, 'again');
    }));

  test('breaks off, hangs up and holds a stream open for as long as it is told to', () =>
    withEndpoint(async (endpoint) => {
      const released = Promise.withResolvers<void>();
      const model = endpoint.modelOf(
        'builder',
        inOrder(
          { kind: 'BreakOff', text: 'begun', type: 'overloaded_error', message: 'Overloaded' },
          { kind: 'Drop' },
          says('held', { until: released.promise }),
        ),
      );
      const ask = { messages: [MESSAGE], stream: true, ...TOOLS };
      assert.match(await (await post(`${model.url}/v1/messages`, ask)).text(), /begun[^]*overloaded_error/);
      await assert.rejects(post(`${model.url}/v1/messages`, ask));
      const held = await post(`${model.url}/v1/messages`, ask);
      const reader = held.body?.getReader();
      await reader?.read();
      released.resolve();
      let rest = '';
      for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read())
        rest += new TextDecoder().decode(part.value);
      assert.match(rest, /message_stop/);
    }));

  test('tells what it is asked that no model answers', () =>
    withEndpoint(async (endpoint) => {
      const model = endpoint.modelOf('builder');
      assert.equal((await post(`${model.url}/v1/messages/count_tokens`, {})).status, 200);
      assert.equal((await fetch(`${endpoint.url}/elsewhere`)).status, 404);
      assert.deepEqual(endpoint.others, ['POST /agent/builder/v1/messages/count_tokens', 'GET /elsewhere']);
      assert.equal(endpoint.count, 0);
    }));
});
