import { formatSpan } from '#api/time.ts';

import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { printable } from './printable.ts';
import { GUARD_WORDS, readGates, type GateView, type ScopeView } from './read-gates.ts';
import { renderTable } from './render-table.ts';

/** The options of `ccci gate` without an order. */
export type GateListOptions = {
  readonly name: string | undefined;
  readonly output: 'table' | 'json' | 'yaml';
};

const HEADING = ['SCOPE', 'STATE', 'AGE', 'CLAIM', 'VERDICT', 'BY', 'EVIDENCE', 'NOTE'];

/** Prints the gates with their scopes. */
export async function listGates({ name, output }: GateListOptions, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const all = await readGates(await context.openStore(), context.now());
  const gates = name === undefined ? all : all.filter((gate) => gate.name === name);
  if (name !== undefined && gates.length === 0)
    throw new CliError(`there is no gate ${JSON.stringify(name)}`, {
      hint: all.length === 0 ? undefined : `there are ${all.map((gate) => gate.name).join(', ')}`,
    });
  if (output === 'json') terminal.out(`${JSON.stringify(gates, null, 2)}\n`);
  if (output === 'yaml') {
    const { renderYaml } = await import('#load/render-yaml.ts');
    terminal.out(renderYaml(gates));
  }
  if (output !== 'table') return EXIT.ok;
  if (gates.length === 0) terminal.err('there is no gate\n');
  terminal.out(gates.map(gateText).join('\n'));
  return EXIT.ok;
}

function gateText(gate: GateView): string {
  const { name, claimant, verifier, guard, message, scopes, foreign } = gate;
  const head = printable(`gate ${name}: ${claimant} claims, ${verifier} answers; guard ${GUARD_WORDS[guard] ?? guard}`);
  const body =
    scopes.length === 0
      ? `  ${printable(message)}\n`
      : renderTable([HEADING, ...scopes.map((scope) => scopeRow(scope))], '  ');
  const uncounted = foreign.map(
    ({ sha, kind, scope, author, reason }) =>
      `  does not count: ${kind.toLowerCase()} ${sha.slice(0, 12)} on ${scope} by ${author} (${reason})`,
  );
  return [head, '\n', body, ...uncounted.map((line) => `${printable(line)}\n`)].join('');
}

function scopeRow(scope: ScopeView): readonly string[] {
  const { claim, verdict, ageMs, evidence, override } = scope;
  return [
    scope.scope,
    scope.state,
    ageMs === undefined ? '-' : formatSpan(Math.round(ageMs / 1000) * 1000).replace(/^0ms$/, '0s'),
    claim === undefined ? '-' : claim.sha.slice(0, 12),
    verdict === undefined
      ? '-'
      : `${verdict.sha.slice(0, 12)} ${verdict.subject.replace(/^[^:]*:\s*/, '').slice(0, 40)}`,
    override?.by ?? (verdict ?? claim)?.author ?? '-',
    evidence === undefined ? '-' : [evidence.state, evidence.said].filter((part) => part !== undefined).join(': '),
    noteOf(scope) || '-',
  ].map(printable);
}

function noteOf({ isCarried, isOverdue, unclean, override, evidence }: ScopeView): string {
  return [
    ...(override === undefined
      ? []
      : [`${override.by} says ${override.verdict.toUpperCase()}: ${override.why ?? 'no reason given'}`]),
    ...(isOverdue ? ['overdue'] : []),
    ...(isCarried ? ['claimed before this phase'] : []),
    ...(unclean === undefined ? [] : [`claimed with ${unclean}`]),
    ...(evidence?.state === 'Failed' && evidence.output !== undefined ? [`output in ${evidence.output}`] : []),
  ].join('; ');
}
