import type { AgentStatus } from '#api/agent.ts';
import { fromIso } from '#api/time.ts';
import { parseDurationMs } from '#api/quantity.ts';
import { redactSecrets } from '#backends/redact-screen.ts';

import { waitFor, type Decision } from '../plan.ts';
import { shortHash } from '../short-hash.ts';
import { ownPane, type AgentCase } from './agent-case.ts';
import { lastWords } from './last-words.ts';
import { launchRecord } from './launch.ts';

/** How command lines answer to arguments that they do not take, from the first column on. */
const USAGE_WORDS =
  /^(?:error: )?(?:unexpected|unknown|unrecognized|invalid) (?:arguments?|options?|flags?|values?|commands?)\b.*$/im;
const TERMINAL: readonly string[] = ['Usage', 'Refused', 'SessionInUse'];

/**
 * The refusal that holds as of this moment: the last launch ended because its program takes no such arguments or no such
 * user. It holds until the manifest or what the program is launched with changes.
 */
export function launchRefusal(at: AgentCase): AgentStatus['refusal'] {
  const said = refusedNow(at);
  const { generation } = at.agent.metadata;
  const launch = launchHash(at);
  if (said !== undefined) return { launch, ...(generation === undefined ? {} : { generation }), message: said };
  const before = at.agent.status?.refusal;
  return before?.launch === launch && before.generation === generation && at.seen.process.state === 'absent'
    ? before
    : undefined;
}

/** Waits for a change when the program has refused this very launch: another try would end the same way. */
export function waitForChange(at: AgentCase): Decision | undefined {
  const refusal = launchRefusal(at);
  if (refusal === undefined) return undefined;
  const message = `its program refuses to start: ${refusal.message}; correct its manifest, or run "ccci restart ${at.agent.metadata.name}"`;
  return waitFor('LaunchRefused', message, { needsPerson: true });
}

function refusedNow(at: AgentCase): string | undefined {
  // What was seen of an earlier manifest says nothing about this one.
  const { status } = at.agent;
  const isOfThis = status?.observedGeneration === at.agent.metadata.generation && status?.launch !== undefined;
  const words = isOfThis ? lastWords(at) : undefined;
  if (words === undefined) return undefined;
  if (words.state === 'Fatal' && TERMINAL.includes(words.cause ?? '')) return tidy(words.evidence);
  return isEarlyFailure(at) ? usageWords(at) : undefined;
}

function usageWords({ seen }: AgentCase): string | undefined {
  const line = seen.screen.state === 'known' ? USAGE_WORDS.exec(seen.screen.value)?.[0] : undefined;
  return line === undefined ? undefined : tidy(line);
}

// Later the same words may be those of a tool. Programs of one's own may mean anything by them.
function isEarlyFailure(at: AgentCase): boolean {
  const { status, spec } = at.agent;
  const startedMs = fromIso(status?.startedAt);
  const isEarly = startedMs !== undefined && at.moment.wallMs < startedMs + parseDurationMs(spec.startup.timeout);
  const hasBegun = status?.readyIncarnation !== undefined && status.readyIncarnation === status.incarnation;
  const hasFailed = (ownPane(at)?.pane.deadStatus ?? 0) !== 0;
  return spec.backend.type !== 'command' && hasFailed && isEarly && !hasBegun;
}

function launchHash(at: AgentCase): string {
  const { promptHash: _prompt, phaseId: _phase, ...record } = launchRecord(at);
  return shortHash(JSON.stringify(record));
}

// Conditions hold one line without times, and quote nobody's counters.
function tidy(words: string): string {
  return redactSecrets(words).replaceAll(/\s+/g, ' ').trim().replace(/\.+$/, '').slice(0, 200);
}
