import type { Store, StoredObject } from '#store/store.ts';

import { conditionOf, statusText } from './conditions-of.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { isReadable } from './is-readable.ts';
import type { Terminal } from './terminal.ts';
import { until } from './until.ts';

/** Waits until every sequence is complete and the agents of each are stopped. */
export async function untilComplete(store: Store, ended: AbortSignal, terminal: Terminal): Promise<ExitCode> {
  const done = await until(store, async () => ((await isComplete(store)) ? true : undefined), {
    timeoutMs: Infinity,
    signal: ended,
  });
  if (done === true) return EXIT.ok;
  terminal.err('error: ended before every sequence was complete\n');
  return EXIT.failed;
}

async function isComplete(store: Store): Promise<boolean> {
  const objects = (await store.list()).filter(isReadable);
  const sequences = objects.filter(({ kind }) => kind === 'Sequence');
  const isDeclared = objects.every(
    ({ kind, spec }) => kind !== 'Phase' || sequences.some(({ metadata }) => metadata.name === sequenceOf(spec)),
  );
  return sequences.length > 0 && isDeclared && sequences.every(isDone) && objects.filter(isLoop).every(isStopped);
}

function isDone(sequence: StoredObject): boolean {
  return statusText(sequence, 'completedAt') !== undefined && conditionOf(sequence, 'Complete')?.status === 'True';
}

function isLoop({ kind, spec }: StoredObject): boolean {
  return kind === 'Agent' && spec['mode'] === 'Loop' && spec['sequence'] !== undefined;
}

function isStopped(agent: StoredObject): boolean {
  return agent.status?.['session'] === undefined && conditionOf(agent, 'Ready')?.reason === 'SequenceComplete';
}

function sequenceOf(spec: StoredObject['spec']): unknown {
  return spec['sequence'] ?? 'main';
}
