/** What `{{ ... }}` in a prompt may name, with what stands there when an agent starts. */
export const PROMPT_VARIABLES = {
  'agent.name': 'Name of the agent',
  'agent.workdir': 'Its working folder',
  'agent.session': 'Its tmux session',
  'phase.id': 'Id of the current phase; empty without one',
  'phase.name': 'Name of the current phase; empty without one',
  'phase.title': 'Title of the current phase',
  'phase.plan': 'File with the plan of the current phase',
  'phase.references': 'More files that count as the plan, separated by ", "',
  'phase.statusFile': 'Status file of the current phase, from the root of the repository',
  'repository.url': "Address of the agent's repository",
  'repository.branch': 'Branch that is coordinated on',
  'run.restartReason': 'Why it was started this time, one word; empty at the first start',
  'run.openItems': 'Hand-offs that are still open, one a line; empty when there is none',
  'rig.name': 'Name of the rig',
} as const satisfies Readonly<Record<string, string>>;

/** What `{{ ... }}` in the pings of a gate may name. */
export const PING_VARIABLES = {
  'gate.name': 'Name of the gate',
  'gate.claimant': 'Agent that claims',
  'gate.verifier': 'Agent that answers',
  'gate.scope': 'Scope of this claim or verdict',
  'commit.sha': 'Commit of the claim or verdict',
  'phase.id': 'Id of the current phase; empty without one',
  'phase.name': 'Name of the current phase; empty without one',
  'phase.title': 'Title of the current phase',
  'phase.statusFile': 'Status file of the current phase, from the root of the repository',
  'repository.url': 'Address of the repository',
  'repository.branch': 'Branch that is coordinated on',
  'rig.name': 'Name of the rig',
} as const satisfies Readonly<Record<string, string>>;

/** The name of a variable that a gate's pings know. */
export type PingVariable = keyof typeof PING_VARIABLES;

/** A place where a template is wrong. `line` and `column` count from 1, `offset` from 0; `variable` when it is one that does not exist. */
export type TemplateMistake = {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly variable?: string;
};

/** Most bytes of a rendered prompt: Linux takes 128 KiB per argument, and the launcher needs some. */
export const PROMPT_LIMIT_BYTES = 120 * 1024;

/** Four opening braces stand for two; everything else in two opening braces must be a variable that is closed on its line. */
const TOKEN = /\{\{\{\{|\{\{[ \t]*([^{}\r\n]*?)[ \t]*\}\}|\{\{/g;

/**
 * Fills in a template: `{{ agent.name }}` becomes that variable's value (nothing when it has none), `{{{{` becomes
 * `{{`, and all other text stays byte for byte; values are not looked at again. Call checkTemplate before.
 */
export function renderPrompt(template: string, variables: Readonly<Record<string, string | undefined>>): string {
  return template.replace(TOKEN, (token: string, name: string | undefined) => {
    if (name === undefined) return '{{';
    return Object.hasOwn(variables, name) ? (variables[name] ?? '') : '';
  });
}

/** Every variable in a template that is not one of `known`, and every `{{` that begins none. */
export function checkTemplate(template: string, known: readonly string[]): readonly TemplateMistake[] {
  return [...template.matchAll(TOKEN)]
    .filter(([token, name]) => token !== '{{{{' && (name === undefined || !known.includes(name)))
    .map(({ 0: found, 1: variable, index }) => {
      const before = template.slice(0, index);
      const column = index - before.lastIndexOf('\n');
      const place = { offset: index, line: before.split('\n').length, column, found };
      return variable === undefined ? place : { ...place, variable };
    });
}
