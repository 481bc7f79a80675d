import { GROUP } from './group.ts';

/** A column of `get`, as in a CustomResourceDefinition. */
export type PrinterColumn = {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'boolean';
  readonly jsonPath: string;
  readonly description: string;
  /** 0 is always shown, 1 only by `-o wide`. */
  readonly priority: 0 | 1;
};

/** What a kind is called and how it is listed; without its schemas, so that it costs nothing to load. */
export type KindNames = {
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** Made by the controller; it can be read, but no manifest may declare it. */
  readonly internal: boolean;
  /** Place in which planned status is handed on: later kinds see what earlier ones will be. */
  readonly order: number;
  readonly summary: string;
  readonly columns: readonly PrinterColumn[];
};

/** Every kind that ccci has, in the order in which planned status is handed on. */
export const KINDS = {
  Repository: {
    plural: 'repositories',
    singular: 'repository',
    shortNames: ['repo'],
    internal: false,
    order: 0,
    summary: 'A git repository that agents coordinate through.',
    columns: [
      column('Branch', '.spec.branch', 'Branch that is followed.'),
      ...readyColumns(),
      column('Commit', '.status.commit', 'Head of the branch.'),
      wide('URL', '.spec.url', 'Address of the repository.'),
    ],
  },
  Gate: {
    plural: 'gates',
    singular: 'gate',
    shortNames: [],
    internal: false,
    order: 1,
    summary: 'A hand-off between two agents: a claim and a verdict, both by commits.',
    columns: [
      column('Claimant', '.spec.claimant', 'Agent that claims.'),
      column('Verifier', '.spec.verifier', 'Agent that answers.'),
      ...readyColumns(),
      wide('Scope', '.spec.scope', 'Scope of its claims.'),
    ],
  },
  Phase: {
    plural: 'phases',
    singular: 'phase',
    shortNames: ['ph'],
    internal: false,
    order: 2,
    summary: 'One phase of a sequence.',
    columns: [
      column('Sequence', '.spec.sequence', 'Sequence that it belongs to.'),
      count('Order', '.spec.order', 'Place in the sequence.'),
      column('Title', '.spec.title', 'Title.'),
      ...readyColumns(),
      wide('Plan', '.spec.plan', 'File with the plan.'),
    ],
  },
  Sequence: {
    plural: 'sequences',
    singular: 'sequence',
    shortNames: ['seq'],
    internal: true,
    order: 3,
    summary: 'Phases in their order, and the current one.',
    columns: [column('Current', '.status.currentPhase', 'Current phase.'), ...readyColumns()],
  },
  Account: {
    plural: 'accounts',
    singular: 'account',
    shortNames: ['acct'],
    internal: true,
    order: 4,
    summary: 'An account whose usage limit several agents share.',
    columns: [
      ...readyColumns(),
      column('Reset', '.status.resetAt', 'When its usage limit resets.'),
      wide('Prober', '.status.prober', 'Agent that finds out whether it was reset.'),
    ],
  },
  VirtualMachine: {
    plural: 'virtualmachines',
    singular: 'virtualmachine',
    shortNames: ['vm'],
    internal: false,
    order: 5,
    summary: 'An Incus instance that is kept running.',
    columns: [
      column('Instance', '.spec.instance', 'Name of the instance.'),
      column('Power', '.status.power', 'State as the server says it.'),
      ...readyColumns(),
      wide('Project', '.spec.project', 'Incus project.'),
    ],
  },
  Agent: {
    plural: 'agents',
    singular: 'agent',
    shortNames: ['ag'],
    internal: false,
    order: 6,
    summary: 'An autonomous coding agent in a tmux session of its own.',
    columns: [
      column('Mode', '.spec.mode', 'How it runs.'),
      column('Backend', '.spec.backend.type', 'Agent program.'),
      column('State', '.status.state.name', 'What it is doing.'),
      ...readyColumns(),
      count('Restarts', '.status.restarts.count', 'Restarts so far.'),
      since('Since', '.status.state.since', 'Since when it does that.'),
      wide('Evidence', '.status.state.evidence', 'The event or line that showed it first.'),
      wide('Source', '.status.state.source', 'Who said so: its signals, its screen, or both.'),
      wide('Session', '.status.session.name', 'Its tmux session.'),
      wide('Workdir', '.spec.workdir', 'Working folder.'),
    ],
  },
  AgentRun: {
    plural: 'agentruns',
    singular: 'agentrun',
    shortNames: ['run'],
    internal: false,
    order: 7,
    summary: 'One run of an agent, as a Job.',
    columns: [column('Agent', '.spec.agentRef.name', 'Agent that runs.'), ...readyColumns()],
  },
  Notifier: {
    plural: 'notifiers',
    singular: 'notifier',
    shortNames: [],
    internal: false,
    order: 8,
    summary: 'Tells events to a person.',
    columns: [column('Type', '.spec.type', 'How events are told.'), ...readyColumns()],
  },
  Delivery: {
    plural: 'deliveries',
    singular: 'delivery',
    shortNames: [],
    internal: true,
    order: 9,
    summary: 'A message for one agent.',
    columns: [
      column('Agent', '.spec.agentRef.name', 'Agent that it is for.'),
      column('Cause', '.spec.cause.kind', 'What it is about.'),
      column('State', '.status.conditions[?(@.type=="Taken")].reason', 'How far it has come.'),
      ...readyColumns(),
      wide('Commit', '.spec.cause.sha', 'Commit that caused it.'),
      wide('Scope', '.spec.cause.scope', 'Scope of the claim or verdict.'),
      since('Committed', '.spec.committedAt', 'Time since the commit was made.'),
      since('Seen', '.spec.createdAt', 'Time since the cause was seen.'),
      since('Typed', '.status.typedAt', 'Time since it was typed last.'),
      since('Queued', '.status.queuedAt', 'Time since the program queued it.'),
      since('Taken', '.status.takenAt', 'Time since the agent took it.'),
      since('Settled', '.status.settledAt', 'Time since the matter was settled.'),
      { ...wide('Attempts', '.status.attempts', 'How often it was typed.'), type: 'integer' },
      wide('Shown By', '.status.takenBy', 'What shows that it was taken.'),
    ],
  },
  Rig: {
    plural: 'rigs',
    singular: 'rig',
    shortNames: [],
    internal: true,
    order: 10,
    summary: 'Facts about the whole crew.',
    columns: readyColumns(),
  },
} as const satisfies Readonly<Record<string, KindNames>>;

/** The name of a kind, as manifests write it. */
export type Kind = keyof typeof KINDS;

/** All kinds in the order in which planned status is handed on. */
export const KIND_ORDER: readonly Kind[] = Object.keys(KINDS).filter(isKind);

/** The kinds that a manifest may declare. */
export const MANIFEST_KINDS: readonly Kind[] = KIND_ORDER.filter((kind) => !KINDS[kind].internal);

/** True for the exact name of a kind. */
export function isKind(name: string): name is Kind {
  return Object.hasOwn(KINDS, name);
}

/** The kind that a person means by `Agent`, `agent`, `agents`, `vm` or `agents.ccci.dev`; undefined when there is none. */
export function parseKindName(text: string): Kind | undefined {
  const word = text.toLowerCase().replace(new RegExp(`\\.${GROUP.replace('.', '\\.')}$`), '');
  return KIND_ORDER.find((kind) => kindWords(kind).includes(word));
}

/** Every word, in lower case, that names a kind on the command line. */
export function kindWords(kind: Kind): readonly string[] {
  const names: KindNames = KINDS[kind];
  return [names.singular, names.plural, ...names.shortNames];
}

function column(name: string, jsonPath: string, description: string): PrinterColumn {
  return { name, type: 'string', jsonPath, description, priority: 0 };
}

function wide(name: string, jsonPath: string, description: string): PrinterColumn {
  return { ...column(name, jsonPath, description), priority: 1 };
}

function since(name: string, jsonPath: string, description: string): PrinterColumn {
  return { ...wide(name, jsonPath, description), type: 'date' };
}

function count(name: string, jsonPath: string, description: string): PrinterColumn {
  return { ...column(name, jsonPath, description), type: 'integer' };
}

function readyColumns(): readonly PrinterColumn[] {
  const ready = '.status.conditions[?(@.type=="Ready")]';
  return [
    column('Ready', `${ready}.status`, 'Whether it is as desired.'),
    column('Reason', `${ready}.reason`, 'Why, in one word.'),
    { ...column('Age', '.metadata.creationTimestamp', 'Time since it was made.'), type: 'date' },
    wide('Message', `${ready}.message`, 'Why, in one sentence.'),
  ];
}
