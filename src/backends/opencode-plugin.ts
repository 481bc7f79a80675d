import type { LaunchText, SignalChannel } from './backend.ts';

/** What the plugin of one launch does beside speaking. */
type PluginRequest = {
  readonly channel: SignalChannel;
  /** The conversation that is restored: opencode does not submit `--prompt` there, so the plugin does. */
  readonly resumes?: string | undefined;
};

/**
 * The plugin of one launch: it says what happens in opencode (1.18.33), in few words, through the channel's script. It
 * depends on nothing but Node's own modules, so that nothing is fetched for it. What goes on in sessions of helpers
 * (those with a parent) is left out. Everything is said in order, and nothing waits for it.
 */
export function opencodePlugin({ channel, resumes }: PluginRequest): LaunchText {
  const values = { script: channel.script, folder: channel.folder, resumes, forget: ONE_ATTEMPT };
  const text = `const given = ${JSON.stringify(values)};\n${SOURCE}`;
  return { path: `${channel.folder}/opencode-plugin.js`, text, mode: 0o600 };
}

/**
 * The variables that bring the plugin in. Opencode adds the plugins of this configuration to those of the user's own.
 * Before it loads any plugin it waits for a package of its own that it installs beside the user's configuration; without
 * a network that takes a minute of attempts, so that here it gets one, and the plugin takes these settings away again.
 */
export function opencodePluginEnvironment(plugin: LaunchText): Record<string, string> {
  return { OPENCODE_CONFIG_CONTENT: configOf(plugin), ...ONE_ATTEMPT };
}

const ONE_ATTEMPT = { npm_config_fetch_retries: '0', npm_config_fetch_timeout: '10000' };

function configOf(plugin: LaunchText): string {
  return JSON.stringify({ plugin: [`file://${encodeURI(plugin.path).replaceAll('?', '%3F').replaceAll('#', '%23')}`] });
}

// Texts are cut: a nonce stands at the beginning of a prompt, a declared wait at the end of a message.
const SOURCE = `import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const helpers = new Set();
const texts = new Map();
const answered = new Set();
const summaries = new Set();
const windows = new Map();
const last = new Map();
let queue = Promise.resolve();

function run(kind, name, payload) {
  return new Promise((done) => {
    const options = { stdio: ['pipe', 'ignore', 'ignore'] };
    const child = spawn('/bin/sh', [given.script, given.folder, kind, name], options);
    child.on('error', done);
    child.on('close', done);
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(payload));
  });
}

function say(kind, name, payload) {
  const said = JSON.stringify(payload);
  if (name === 'session.status' && last.get(name) === said) return;
  last.set(name, said);
  queue = queue.then(() => run(kind, name, payload)).catch(() => {});
}

function textOf(parts) {
  const texts = parts.filter((part) => part.type === 'text' && part.synthetic !== true);
  return texts.map((part) => part.text).join('\\n');
}

function session({ info }) {
  if (info.parentID) return helpers.add(info.id);
  const { input = 0, output = 0, reasoning = 0, cache = {} } = info.tokens ?? {};
  const tokens = input + output + reasoning + (cache.write ?? 0);
  const { id, version, cost } = info;
  const said = { sessionID: id, version, cost, tokens };
  if (last.get('session') !== JSON.stringify(said)) say('slot', 'session', said);
}

async function contextOf({ providerID, modelID }, client) {
  const key = providerID + '/' + modelID;
  if (!windows.has(key)) {
    const { data } = await client.config.providers();
    const provider = data.providers.find(({ id }) => id === providerID);
    windows.set(key, provider?.models?.[modelID]?.limit?.context);
  }
  return windows.get(key);
}

async function message({ info }, client) {
  if (info.role !== 'assistant') return;
  const { id, sessionID, parentID } = info;
  const isCompaction = info.summary === true || info.mode === 'compaction';
  if (isCompaction) summaries.add(id);
  if (!answered.has(id)) {
    answered.add(id);
    say('event', isCompaction ? 'compaction' : 'answer', { sessionID, id, parentID });
  }
  if (!info.time?.completed || isCompaction) return;
  const { input = 0, output = 0, cache = {} } = info.tokens ?? {};
  const used = input + output + (cache.read ?? 0) + (cache.write ?? 0);
  const context = await contextOf(info, client).catch(() => undefined);
  if (used > 0) say('slot', 'message', { sessionID, used, context });
}

function failure({ sessionID, error = {} }) {
  const { message = '', statusCode, isRetryable, responseHeaders = {} } = error.data ?? {};
  const retryAfter = responseHeaders['retry-after'];
  const told = { name: error.name, message: String(message).slice(0, 500), statusCode, isRetryable, retryAfter };
  say('event', 'session.error', { sessionID, error: told });
}

function hear({ type, properties }, client) {
  const { sessionID } = properties;
  if (type === 'session.created' || type === 'session.updated') return session(properties);
  if (helpers.has(sessionID ?? properties.info?.sessionID ?? properties.part?.sessionID)) return;
  if (type === 'message.updated') return message(properties, client);
  if (type === 'message.part.updated') {
    const { part } = properties;
    const isSaid = part.type === 'text' && part.time?.end && !summaries.has(part.messageID);
    if (isSaid) texts.set(part.sessionID, part.text);
  }
  if (type === 'session.error') return failure(properties);
  if (type === 'session.status') say('event', type, { sessionID, status: properties.status });
  if (type === 'session.idle') {
    say('event', type, { sessionID, text: (texts.get(sessionID) ?? '').slice(-4000) });
    texts.delete(sessionID);
  }
  if (type === 'session.compacted' || type === 'permission.replied') say('event', type, { sessionID });
  if (type === 'permission.asked') say('event', type, { sessionID, permission: properties.permission });
  if (type.startsWith('question.')) say('event', type, { sessionID });
}

// At most once, also when the plugin is loaded again: better a person asks than that work is begun twice.
function resume(client) {
  try {
    writeFileSync(given.folder + '/prompt-submitted', '', { flag: 'wx', mode: 0o600 });
    const text = readFileSync(process.env.CCCI_PROMPT_FILE, 'utf8');
    const request = { path: { id: given.resumes }, body: { parts: [{ type: 'text', text }] } };
    setTimeout(() => client.session.promptAsync(request).catch(() => {}), 500);
  } catch {}
}

// A tool of the agent may run opencode, too, with the same environment: only the first process is the agent.
function isAgent() {
  const path = given.folder + '/plugin-owner';
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch {
    return readFileSync(path, 'utf8') === String(process.pid);
  }
}

export const CcciSignals = async ({ client, directory }) => {
  for (const [name, value] of Object.entries(given.forget)) if (process.env[name] === value) delete process.env[name];
  try {
    if (!isAgent()) return {};
  } catch {
    return {};
  }
  say('event', 'plugin.loaded', { directory, sessionID: given.resumes });
  if (given.resumes) resume(client);
  return {
    event: async ({ event }) => {
      try {
        await hear(event, client);
      } catch {}
    },
    'chat.message': async ({ sessionID }, { message, parts }) => {
      if (helpers.has(sessionID)) return;
      say('event', 'prompt', { sessionID, id: message.id, text: textOf(parts).slice(0, 4000) });
    },
    'tool.execute.before': async ({ sessionID, tool, callID }) => {
      if (!helpers.has(sessionID)) say('slot', 'tool.before', { sessionID, tool, callID });
    },
    'tool.execute.after': async ({ sessionID, tool, callID }) => {
      if (!helpers.has(sessionID)) say('slot', 'tool.after', { sessionID, tool, callID });
    },
  };
};
`;
