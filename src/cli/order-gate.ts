import type { GateObject } from '#api/gate.ts';
import { formatKey } from '#api/key.ts';
import type { GateOverride } from '#api/operator.ts';
import type { JsonObject, Store } from '#store/store.ts';

import { pokeController } from './ask-controller.ts';
import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { requireReadable } from './find-objects.ts';
import { changeOrders, newOrderOnce, refuseAgents, withoutOrder } from './give-order.ts';
import { printable } from './printable.ts';
import { gateOf } from './read-gates.ts';

/** A person's word on a scope as it was written; `Clear` takes it back. */
export type GateOrderOptions = {
  readonly verb: GateOverride['verdict'] | 'Clear';
  readonly gate: string;
  readonly scope: string;
  readonly why: string | undefined;
};

type Scope = NonNullable<GateObject['status']>['scopes'][number];

/** Stores the word with the claim that it is about. Throws when there is nothing to answer, with what there is. */
export async function orderGate(options: GateOrderOptions, context: Context): Promise<ExitCode> {
  await refuseAgents(context);
  const store = await context.openStore();
  const key = formatKey('Gate', options.gate);
  const gate = gateOf(await requireReadable(key, store));
  if (gate === undefined) throw new CliError(`could not read gate/${options.gate}; apply its manifest again`);
  if (options.verb === 'Clear') await clear(gate, options.scope, store);
  else await answer(gate, { ...options, verb: options.verb }, { store, context });
  const said =
    options.verb === 'Clear' ? 'is as its agents left it' : `was answered with ${options.verb.toUpperCase()}`;
  context.terminal.out(printable(`gate/${options.gate} scope ${options.scope} ${said}`) + '\n');
  await pokeController(context, [key]);
  return EXIT.ok;
}

async function answer(
  gate: GateObject,
  { verb, scope: word, why }: GateOrderOptions & { readonly verb: GateOverride['verdict'] },
  { store, context }: { readonly store: Store; readonly context: Context },
): Promise<void> {
  const scope = findScope(gate, word);
  const commit = scope.claim?.sha ?? scope.verdict?.sha;
  if (commit === undefined) throw new CliError(`scope ${JSON.stringify(word)} has no claim that could be answered`);
  const override: JsonObject = {
    ...newOrderOnce(context, { why }),
    scope: word,
    verdict: verb,
    commit,
    ...(scope.verdict === undefined ? {} : { answer: scope.verdict.sha }),
  };
  // Words on claims that are over have done what they were for.
  const live = new Set(scopesOf(gate).map(({ claim, verdict }) => claim?.sha ?? verdict?.sha));
  await changeOrders(formatKey('Gate', gate.metadata.name), store, (orders) => {
    const others = overridesIn(orders).filter((one) => one['commit'] !== commit && live.has(String(one['commit'])));
    return { ...orders, overrides: [...others, override] };
  });
}

async function clear(gate: GateObject, word: string, store: Store): Promise<void> {
  const mine = (gate.operator?.overrides ?? []).filter(({ scope }) => scope === word);
  if (mine.length === 0)
    throw new CliError(`nobody has answered scope ${JSON.stringify(word)} of gate/${gate.metadata.name}`);
  await changeOrders(formatKey('Gate', gate.metadata.name), store, (orders) => {
    const rest = overridesIn(orders).filter((one) => one['scope'] !== word);
    return rest.length === 0 ? withoutOrder(orders, 'overrides') : { ...orders, overrides: rest };
  });
}

function findScope(gate: GateObject, word: string): Scope {
  const scopes = scopesOf(gate);
  const found = scopes.find(({ scope }) => scope === word);
  if (found !== undefined) return found;
  const names = scopes.map(({ scope }) => scope);
  throw new CliError(`nothing is claimed in scope ${JSON.stringify(word)} of gate/${gate.metadata.name}`, {
    hint: names.length === 0 ? 'nothing is claimed at all' : `there are claims in ${names.join(', ')}`,
  });
}

function scopesOf({ status }: GateObject): readonly Scope[] {
  return [...(status?.scopes ?? []), ...(status?.carried ?? [])];
}

function overridesIn(orders: JsonObject): readonly JsonObject[] {
  const list = orders['overrides'];
  return Array.isArray(list) ? (list as readonly JsonObject[]) : [];
}
