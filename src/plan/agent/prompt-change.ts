import { compact } from '#api/compact.ts';
import { toIso } from '#api/time.ts';
import { workspacePath } from '#api/workspace-path.ts';

import type { Action, LaunchFile } from '../action.ts';
import { doNow, type Decision } from '../plan.ts';
import { shortHash } from '../short-hash.ts';
import { currentPhaseOf, incarnationOf, isAlive, type AgentCase } from './agent-case.ts';
import { renderedPrompt } from './launch.ts';

/** A version of prompt, plan and references that is not the one that the running session knows. */
export type PromptChange = {
  readonly version: string;
  /** How often this session was told before. */
  readonly count: number;
  /** What is different, in words. */
  readonly what: string;
};

/** The version that the files hold now; undefined when one of them can not be read: that decides nothing. */
export function promptVersion({ seen, agent }: AgentCase): string | undefined {
  const { prompt, promptHash, planHash } = seen;
  if (agent.spec.prompt !== undefined && prompt.state !== 'known') return undefined;
  const hasPhase = seen.related.sequence?.status?.currentPhase !== undefined;
  return hasPhase && planHash === undefined ? undefined : `${promptHash}.${planHash ?? ''}`;
}

/** What the running session knows: what it was told last, or was started with; undefined when nobody knows. */
export function knownVersion(at: AgentCase): string | undefined {
  const { promptTold, launch } = at.agent.status ?? {};
  if (promptTold?.incarnation === incarnationOf(at)) return promptTold?.version;
  return launch?.planHash === undefined && currentPhaseOf(at) !== undefined
    ? undefined
    : launch && `${launch.promptHash}.${launch.planHash ?? ''}`;
}

/** How the files differ from what the running session knows; undefined when they do not, or when it can not be told. */
export function promptChange(at: AgentCase): PromptChange | undefined {
  const [version, known] = [promptVersion(at), knownVersion(at)];
  const isComparable = version !== undefined && known !== undefined && isAlive(at) && !isOtherPhase(at);
  if (!isComparable || version === known) return undefined;
  const { promptTold } = at.agent.status ?? {};
  const count = promptTold?.incarnation === incarnationOf(at) ? (promptTold?.count ?? 0) : 0;
  return { version, count, what: differenceOf(version, known) };
}

// Another phase is a restart of its own.
function isOtherPhase(at: AgentCase): boolean {
  const { launch } = at.agent.status ?? {};
  return launch !== undefined && launch.phaseId !== currentPhaseOf(at)?.spec.id;
}

function differenceOf(version: string, known: string): string {
  const [prompt, plan] = version.split('.');
  const [knownPrompt, knownPlan] = known.split('.');
  if (prompt === knownPrompt) return 'its plan';
  return plan === knownPlan ? 'its prompt' : 'its prompt and its plan';
}

/** What follows when a file changes. A session that a person has started is never restarted: it is told. */
export function answerTo({ agent }: AgentCase): 'Ping' | 'Restart' | 'Ignore' {
  const { mode, onPromptChange } = agent.spec;
  return mode === 'Interactive' && onPromptChange === 'Restart' ? 'Ping' : onPromptChange;
}

/** Tells a running agent once that its prompt or plan has another version, when its manifest wants that. */
export function tellPromptChange(at: AgentCase): Decision | undefined {
  const change = promptChange(at);
  if (change === undefined || answerTo(at) !== 'Ping') return undefined;
  const { name } = at.agent.metadata;
  const id = shortHash(`${name}/${incarnationOf(at) ?? ''}/${String(change.count)}/${change.version}`);
  const why = { reason: 'PromptChanged', message: `${change.what} changed while it runs`, blast: 'live' } as const;
  const spec = {
    agentRef: { name },
    nonce: at.moment.id,
    cause: { kind: 'Notice' as const, from: NOTICE },
    text: textOf(at, change),
    createdAt: toIso(at.moment.wallMs),
  };
  const made = {
    name: `prompt-${name.slice(0, 40).replace(/-+$/, '')}-${id}`,
    spec,
    ...compact({ file: promptFile(at, change) }),
  };
  return doNow([...settleOlder(at), { type: 'CreateDelivery', ...why, ...made }], 50);
}

/** Sender of the messages about changed prompts. */
const NOTICE = 'prompt';

// What was not typed yet speaks of a version that is over.
function settleOlder({ seen }: AgentCase): readonly Action[] {
  const why = { reason: 'DeliverySettled', message: 'the files have changed again', blast: 'none' } as const;
  return seen.related.deliveries
    .filter(({ spec, status }) => spec.cause.from === NOTICE && spec.cause.kind === 'Notice' && !status?.typedAt)
    .map(({ metadata }) => ({ type: 'SettleDelivery', ...why, name: metadata.name }));
}

// The prompt as it is rendered now, where the session has found it at its start.
function promptFile(at: AgentCase, { what }: PromptChange): LaunchFile | undefined {
  const text = what.includes('prompt') ? renderedPrompt(at, undefined) : undefined;
  return text === undefined ? undefined : { path: promptPath(at), text, mode: 0o600 };
}

function textOf(at: AgentCase, change: PromptChange): string {
  const { plan, references = [] } = currentPhaseOf(at)?.spec ?? {};
  const plans = change.what.includes('plan') ? [...(plan === undefined ? [] : [plan]), ...references] : [];
  const paths = plans.map((path) => workspacePath(at.seen.rig.workspace, path));
  const all = [...(change.what.includes('prompt') ? [promptPath(at)] : []), ...paths];
  const what = change.what.replaceAll('its', 'your').replace(/^y/, 'Y');
  return `${what} changed while you work. Read again: ${all.join(', ')}. Go on by what holds now.`;
}

function promptPath({ seen, agent }: AgentCase): string {
  return `${seen.rig.stateDir}/run/${agent.metadata.name}/prompt.txt`;
}
