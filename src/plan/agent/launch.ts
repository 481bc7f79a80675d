import { compact } from '#api/compact.ts';
import type { LaunchRecord } from '#api/agent-status.ts';
import type { Launch, LaunchRequest, SignalChannel } from '#backends/backend.ts';
import { backendOf } from '#backends/registry.ts';
import type { DialogName } from '#backends/screen-state.ts';

import type { CreateSession, LaunchFile } from '../action.ts';
import { currentPhaseOf, type AgentCase } from './agent-case.ts';
import { authorEnvironment, authorWords } from './author-environment.ts';
import type { ResumedConversation } from './conversation.ts';
import { renderLauncher } from './launcher-script.ts';
import { SIGNAL_SCRIPT, signalPaths } from './signal-script.ts';
import { startPrompt } from './start-prompt.ts';

const SCREEN = { width: 200, height: 50 };

/** What the session would be launched with now, apart from the prompt. Compared field by field with what it was launched with. */
export function launchRecord(at: AgentCase): LaunchRecord {
  const { backend, workdir } = at.agent.spec;
  const phaseId = currentPhaseOf(at)?.spec.id;
  return {
    version: 1,
    backend: backend.type,
    argv: [...backendLaunch(at, '').argv],
    cwd: workdir,
    ...(backend.model === undefined ? {} : { model: backend.model }),
    ...(phaseId === undefined ? {} : { phaseId }),
    promptHash: at.seen.promptHash,
    ...compact({ planHash: at.seen.planHash }),
    envNames: { ...at.seen.environmentHashes },
    ...compact({ author: authorWords(at.agent) }),
  };
}

/** Names of the fields in which a running session differs from what its manifest says now. A field that the record lacks is no drift. */
export function launchDrift(running: LaunchRecord, wanted: LaunchRecord): readonly string[] {
  const fields = ['backend', 'argv', 'cwd', 'model', 'envNames'] as const;
  const differing = fields.filter(
    (field) => running[field] !== undefined && stable(running[field]) !== stable(wanted[field]),
  );
  // A launch whose record names no author had none: its commits would not count at a gate.
  return running.author === wanted.author ? differing : [...differing, 'author'];
}

/** The rendered prompt, or undefined when the template can not be read. */
export function renderedPrompt(at: AgentCase, restartReason: string | undefined): string | undefined {
  const { prompt } = at.seen;
  if (at.agent.spec.prompt === undefined) return startPrompt(at, '', restartReason);
  return prompt.state === 'known' ? startPrompt(at, prompt.value, restartReason) : undefined;
}

/** A start: its rendered prompt, why, and how it counts. */
export type LaunchOrder = {
  readonly prompt: string;
  readonly why: Pick<CreateSession, 'reason' | 'message' | 'blast'>;
  readonly counted: boolean;
  readonly restart: boolean;
  /** The conversation that it goes on with; empty for a fresh one. */
  readonly resume: ResumedConversation;
};

/** Everything that a start needs, as one action. */
export function planLaunch(at: AgentCase, order: LaunchOrder): CreateSession {
  const { agent, moment, seen } = at;
  const record = launchRecord(at);
  const files = launchFiles(at, order);
  return {
    type: 'CreateSession',
    ...order.why,
    incarnation: moment.id,
    name: agent.spec.session,
    cwd: agent.spec.workdir,
    argv: ['/bin/sh', files.launcher.path],
    marks: { rig: seen.rig.id, agent: agent.metadata.name, incarnation: moment.id, launch: JSON.stringify(record) },
    files: [files.prompt, ...files.signals, files.launcher],
    spool: files.spool,
    record,
    counted: order.counted,
    restart: order.restart,
    deliveries: seen.related.deliveries.map((delivery) => delivery.metadata.name),
    ...SCREEN,
  };
}

type LaunchFiles = {
  readonly prompt: LaunchFile;
  readonly launcher: LaunchFile;
  readonly signals: readonly LaunchFile[];
  readonly spool: CreateSession['spool'];
};

function launchFiles(at: AgentCase, order: LaunchOrder): LaunchFiles {
  const { key, agent, moment, seen } = at;
  const folder = `${seen.rig.stateDir}/run/${agent.metadata.name}`;
  const prompt = { path: `${folder}/prompt.txt`, text: order.prompt, mode: 0o600 };
  const channel = signalChannel(at, moment.id);
  const {
    argv,
    env,
    files = [],
  } = backendLaunch(at, order.prompt, { signals: channel?.channel, resume: order.resume });
  const restartReason = order.restart ? order.why.message : '';
  const script = renderLauncher({
    title: `Starts ${key}, incarnation ${moment.id}`,
    base: { ...seen.rig.environment, ...env },
    environment: { ...plainEnvironment(at), ...markEnvironment(at, prompt.path, restartReason) },
    valueFiles: agent.spec.env.flatMap(({ name, valueFrom }) =>
      valueFrom === undefined ? [] : [{ name, file: valueFrom.file }],
    ),
    envFiles: agent.spec.envFiles,
    argv,
  });
  const launcher = { path: `${folder}/launch.sh`, text: script, mode: 0o700 };
  return { prompt, launcher, signals: [...(channel?.files ?? []), ...files], spool: channel?.spool };
}

/**
 * The files through which the running incarnation speaks: its hooks call a script that may have gone together with the
 * state directory. Empty for a program without a channel, and for a session that ccci did not launch.
 */
export function channelFiles(at: AgentCase, incarnation: string): readonly LaunchFile[] {
  const { process } = at.seen;
  const isLaunched = process.state === 'known' && process.value.env['CCCI_INCARNATION'] === incarnation;
  const channel = isLaunched ? signalChannel(at, incarnation) : undefined;
  if (channel === undefined) return [];
  return [...channel.files, ...(backendLaunch(at, '', { signals: channel.channel }).files ?? [])];
}

// What ccci adds for itself is not part of the launch record: sessions that were launched without it are as good.
function signalChannel({ agent, seen }: AgentCase, incarnation: string) {
  if (backendOf(agent.spec.backend.type).signals === undefined) return undefined;
  const { script, root, folder } = signalPaths(seen.rig.stateDir, agent.metadata.name, incarnation);
  const statusLine = seen.userStatusLine;
  return {
    channel: { script, folder, ...(statusLine === undefined ? {} : { statusLine }) },
    // The second one makes the folder, owner-only, so that it can be listened to before anything is said.
    files: [
      { path: script, text: SIGNAL_SCRIPT, mode: 0o700 },
      {
        path: `${folder}/about`,
        text: `What Agent/${agent.metadata.name} says in incarnation ${incarnation}\n`,
        mode: 0o600,
      },
    ],
    spool: { root, keep: incarnation },
  };
}

type LaunchExtras = { readonly signals?: SignalChannel | undefined; readonly resume?: ResumedConversation };

function backendLaunch(at: AgentCase, prompt: string, extras: LaunchExtras = {}): Launch {
  const { backend, session } = at.agent.spec;
  const { signals, resume = backend.resume } = extras;
  const request: LaunchRequest = {
    prompt,
    agentName: at.agent.metadata.name,
    permissions: backend.permissions,
    args: backend.args,
    command: backend.command ?? [],
    asRoot: at.seen.rig.asRoot,
    ...(backend.model === undefined ? {} : { model: backend.model }),
    ...(backend.remoteControl.enabled ? { remoteControl: { name: backend.remoteControl.name ?? session } } : {}),
    ...(resume === undefined ? {} : { resume }),
    ...(signals === undefined ? {} : { signals, accepts: acceptedDialogs(at) }),
  };
  return backendOf(backend.type).launch(request);
}

function acceptedDialogs({ agent }: AgentCase): readonly DialogName[] {
  const yes = agent.spec.startup.answers.filter(({ answer }) => answer === 'Yes');
  return yes.flatMap(({ dialog }) => (dialog === 'BypassPermissions' ? [dialog] : []));
}

function plainEnvironment(at: AgentCase): Record<string, string> {
  const own = at.agent.spec.env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  return Object.fromEntries(own);
}

function markEnvironment(at: AgentCase, promptFile: string, restartReason: string): Record<string, string> {
  return {
    CCCI_RIG: at.seen.rig.id,
    CCCI_AGENT: at.agent.metadata.name,
    CCCI_INCARNATION: at.moment.id,
    CCCI_PROMPT_FILE: promptFile,
    CCCI_PHASE_ID: currentPhaseOf(at)?.spec.id ?? '',
    CCCI_RESTART_REASON: restartReason,
    ...authorEnvironment(at.agent),
  };
}

function stable(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value) ?? '';
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
