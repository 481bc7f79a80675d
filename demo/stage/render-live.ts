import type { AgentObject } from '#api/agent.ts';

import { WORK } from '../crew/work.ts';
import type { View } from './follow.ts';
import { fit, seconds, type Paint } from './paint.ts';
import type { Line } from './story.ts';

/** What the live picture is drawn from. */
export type Picture = {
  readonly view: View;
  readonly lines: readonly Line[];
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly size: { readonly columns: number; readonly rows: number };
};

/** The picture as lines that fit the terminal; never more than its rows less one. */
export function renderLive(picture: Picture, paint: Paint): readonly string[] {
  const { size, startedAtMs, nowMs } = picture;
  const width = Math.max(20, size.columns - 1);
  const took = seconds(nowMs - startedAtMs);
  const head = [
    `${paint.strong('ccci demo')}${took.padStart(width - 'ccci demo'.length)}`,
    '',
    ...phaseLines(picture, { paint, width }),
    '',
    ...agentLines(picture, { paint, width }),
    ...machineLines(picture, width),
    '',
  ];
  const room = Math.max(0, size.rows - 1 - head.length);
  const story = picture.lines
    .slice(-room || picture.lines.length)
    .map((line) => storyLine(line, picture, { paint, width }));
  return [...head, ...(room === 0 ? [] : story)].slice(0, Math.max(1, size.rows - 1));
}

/** One line of the story: when, and what. */
export function storyLine(
  { atMs, text, tone }: Line,
  { startedAtMs }: Pick<Picture, 'startedAtMs'>,
  { paint, width }: { paint: Paint; width: number },
): string {
  const at = seconds(Math.max(0, atMs - startedAtMs)).padStart(7);
  return `${paint.dim(at)}  ${paint[tone](fit(text, width - 9).trimEnd())}`;
}

type Style = { readonly paint: Paint; readonly width: number };

function phaseLines({ view, nowMs }: Picture, { paint, width }: Style): readonly string[] {
  const entries = view.objects.find('Sequence', 'demo')?.status?.phases ?? [];
  if (entries.length === 0) return [paint.dim('the phases are not known yet')];
  return entries.map(({ id, name, state, openedAt, doneAt }) => {
    const openedMs = Date.parse(openedAt ?? '');
    const span = seconds((doneAt === undefined ? nowMs : Date.parse(doneAt)) - openedMs);
    const words = { Done: `done in ${span}`, Current: `open for ${span}`, Pending: 'to come' }[state];
    const title = `Phase ${id}  ${view.objects.find('Phase', name)?.spec.title ?? ''}`;
    const text = fit(`${fit(title, 34)} ${fit(words, 17)} ${verdictsOf(view, id)}`, width).trimEnd();
    return { Done: paint.good, Current: paint.strong, Pending: paint.dim }[state](text);
  });
}

function verdictsOf({ commits }: View, id: string): string {
  const scope = WORK[id]?.scope ?? '';
  const words = commits.flatMap(({ subject }) => {
    if (subject.startsWith(`claim(${scope}):`)) return ['claim'];
    return subject.startsWith(`review(${scope}):`) ? [subject.split(' ')[1] ?? ''] : [];
  });
  return words.join(' ');
}

function agentLines({ view, nowMs }: Picture, { paint, width }: Style): readonly string[] {
  return view.objects.all('Agent').map((agent) => {
    const { words, tone } = stateOf(agent, nowMs);
    const restarts = agent.status?.restarts?.count ?? 0;
    const process = agent.status?.session === undefined ? '' : `process ${agent.status.session.panePid}`;
    const text = `${fit(agent.metadata.name, 12)} ${fit(words, 30)} ${fit(process, 16)} ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`;
    return paint[tone](fit(text, width).trimEnd());
  });
}

function stateOf({ status }: AgentObject, nowMs: number): { words: string; tone: 'plain' | 'bad' | 'dim' } {
  if (status?.stall !== undefined)
    return { words: `hangs; ${status.stall.step === 'Nudged' ? 'was nudged' : 'was interrupted'}`, tone: 'bad' };
  if (status?.session === undefined) return { words: 'has no session', tone: 'dim' };
  const waitMs = Date.parse(status.waitingUntil ?? '') - nowMs;
  return waitMs > 0 ? { words: `waits, at most ${seconds(waitMs)}`, tone: 'plain' } : { words: 'works', tone: 'plain' };
}

function machineLines({ view }: Picture, width: number): readonly string[] {
  return view.objects.all('VirtualMachine').map(({ metadata, status }) => {
    const ready = status?.conditions.find(({ type }) => type === 'Ready');
    const words = ready?.status === 'True' ? 'runs' : (ready?.message ?? 'not looked at yet');
    return fit(`${fit(metadata.name, 12)} ${words}`, width).trimEnd();
  });
}
