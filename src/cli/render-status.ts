import { formatSpan, fromIso } from '#api/time.ts';

import { truncate } from './display-width.ts';
import { ageOf } from './object-table.ts';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';
import { written } from './render-applied.ts';
import { renderTable } from './render-table.ts';
import type { AgentView, PlainView, RigView, SequenceView } from './rig-view.ts';

/** How the screen is drawn. Without `columns` nothing is cut. */
export type StatusStyle = { readonly paint: Paint; readonly columns: number | undefined };

/** The whole rig on one screen, for a person. */
export function renderStatus(view: RigView, style: StatusStyle): string {
  const nowMs = Date.parse(view.at);
  const sections = [
    needs(view, style),
    rigLine(view, style, nowMs),
    ...view.sequences.map((sequence) => sequenceLine(sequence, style, nowMs)),
    section(
      'Agents',
      view.agents.map((agent) => agentRow(agent, style, nowMs)),
      style,
    ),
    section(
      'Gates',
      view.gates.map((one) => plainRow(one, style)),
      style,
    ),
    section(
      'Repositories',
      view.repositories.map((one) => plainRow(one, style)),
      style,
    ),
    section(
      'Machines',
      view.machines.map((one) => plainRow(one, style)),
      style,
    ),
    warnings(view, style, nowMs),
  ];
  return sections.filter((text) => text !== '').join('');
}

function needs({ needsPerson }: RigView, style: StatusStyle): string {
  if (needsPerson.length === 0) return '';
  const rows = needsPerson.map(({ object, reason, message }) => [object, printable(reason), printable(message)]);
  return `${style.paint.yellow(style.paint.bold('Needs you'))}\n${table(rows, style)}\n`;
}

function rigLine(
  { controller, stopped, stateDir, agents, reboots }: RigView,
  { paint }: StatusStyle,
  nowMs: number,
): string {
  const alive = controller.running
    ? paint.green(`controller runs (pid ${String(controller.pid)})`)
    : paint.red(controller.message === undefined ? 'no controller runs' : printable(controller.message));
  const hint = controller.running ? '' : `; start one with "ccci run"`;
  const lines = [`${alive}${hint}  ${paint.dim(printable(stateDir))}`];
  if (stopped !== undefined) {
    const why = stopped['why'] === undefined ? '' : `: ${String(stopped['why'])}`;
    const when = ageOf(String(stopped['at']), nowMs);
    lines.push(
      paint.yellow(
        printable(`the crew was stopped by ${String(stopped['by'])} ${when} ago${why}; "ccci start" lifts it`),
      ),
    );
  }
  if (reboots.count > 0) lines.push(paint.dim(rebootWords(reboots, nowMs)));
  if (agents.length === 0) lines.push('no agents are declared; "ccci init" writes manifests to start from');
  return `${lines.join('\n')}\n`;
}

function rebootWords({ count, lastAt }: RigView['reboots'], nowMs: number): string {
  const last = lastAt === undefined ? '' : `, the last ${ageOf(lastAt, nowMs)} ago`;
  return `${String(count)} ${count === 1 ? 'reboot' : 'reboots'} of this host logged${last}`;
}

function sequenceLine(sequence: SequenceView, { paint }: StatusStyle, nowMs: number): string {
  const { name, phases, completedAt } = sequence;
  const shown = phases.map(({ id, state, openedAt, doneAt, doneBy, troubles }) => {
    const by = doneBy === undefined ? '' : ` by ${printable(doneBy)}`;
    if (state === 'Done') return paint.green(`${printable(id)} done${by}${span(openedAt, doneAt)}`);
    if (state !== 'Current') return paint.dim(printable(id));
    const open = `${printable(id)} open${openedAt === undefined ? '' : ` ${ageOf(openedAt, nowMs)}`}`;
    return paint.bold(open) + (troubles.length === 0 ? '' : paint.yellow(` (${troubles.join(', ')})`));
  });
  const end = completedAt === undefined ? '' : `  complete ${ageOf(completedAt, nowMs)} ago`;
  return `sequence ${name}  ${shown.length === 0 ? 'no phase was looked at yet' : shown.join(' > ')}${end}\n`;
}

function span(from: string | undefined, to: string | undefined): string {
  const [fromMs, toMs] = [fromIso(from), fromIso(to)];
  return fromMs === undefined || toMs === undefined ? '' : ` in ${formatSpan(toMs - fromMs)}`;
}

function agentRow(agent: AgentView, { paint }: StatusStyle, nowMs: number): readonly string[] {
  const { state, waitingUntil } = agent;
  const color = colorOf(state, paint);
  const until = waitingUntil === undefined ? '' : `until ${waitingUntil.slice(11, 19)} UTC`;
  const isPlain = agent.reason === 'Running' || agent.message === '';
  return [
    printable(agent.name),
    color(state),
    ageOf(agent.since, nowMs),
    agent.phase === undefined ? '-' : `phase ${printable(agent.phase)}`,
    agent.restarts === 1 ? '1 restart' : `${String(agent.restarts)} restarts`,
    printable([until || (isPlain ? (agent.doing ?? '') : agent.message), agent.messages].filter(Boolean).join('; ')),
  ];
}

function colorOf(state: string, paint: Paint): (text: string) => string {
  if (state === 'running' || state === 'waiting' || state === 'done') return paint.green;
  if (['needs you', 'keeps failing', 'foreign session', 'stalled', 'unknown'].includes(state)) return paint.yellow;
  return (text) => text;
}

function plainRow({ name, ready, reason, message, detail }: PlainView, { paint }: StatusStyle): readonly string[] {
  const color = ready === 'True' ? paint.green : ready === 'Unknown' ? paint.yellow : paint.red;
  return [
    printable(name),
    color(printable(reason)),
    printable(detail) || '-',
    ready === 'True' ? '' : printable(message),
  ];
}

function warnings({ warnings: events }: RigView, style: StatusStyle, nowMs: number): string {
  const rows = events.map(({ at, about, reason, message, count }) => [
    ageOf(at, nowMs),
    written(about),
    printable(reason),
    printable(count > 1 ? `${message} (${String(count)} times)` : message),
  ]);
  return section('Last warnings', rows, style);
}

function section(title: string, rows: readonly (readonly string[])[], style: StatusStyle): string {
  return rows.length === 0 ? '' : `\n${style.paint.bold(title)}\n${table(rows, style)}`;
}

function table(rows: readonly (readonly string[])[], { columns }: StatusStyle): string {
  const text = renderTable(rows, '  ');
  if (columns === undefined) return text;
  return text
    .split('\n')
    .map((line) => (line.includes('\x1b') ? cutColored(line, columns) : truncate(line, columns)))
    .join('\n');
}

// The last column holds the long texts and has no colours, so only what follows the last colour is cut.
function cutColored(line: string, columns: number): string {
  const end = line.lastIndexOf('\x1b[39m') + 5;
  const [head, tail] = [line.slice(0, end), line.slice(end)];
  const headCells = head.replaceAll(/\x1b\[[0-9;]*m/g, '').length;
  return head + truncate(tail, Math.max(1, columns - headCells));
}
