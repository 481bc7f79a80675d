import { readdirSync, readFileSync } from 'node:fs';

/** A process that carries an agent's marks. */
export type AgentProcess = {
  readonly pid: number;
  readonly ppid: number;
  readonly agent: string;
  readonly incarnation: string;
};

/** Watches who is alive, by what the kernel says and nothing else. */
export type AgentWatch = {
  /** Every live process of the agents. */
  all(): readonly AgentProcess[];
  /** The one process of the agent that no other process of it has started; undefined when there is none, or more than one. */
  main(agent: string): AgentProcess | undefined;
  /** Every time that two launches of one agent were seen alive together; empty in a sound rig. */
  readonly doubles: readonly string[];
  close(): void;
};

const LOOK_MS = 60;
const watches = new Set<() => void>();
let timer: NodeJS.Timeout | undefined;

/** Begins to watch the agents whose prompts are somewhere below the folder. */
export function watchAgents(folder: string): AgentWatch {
  const doubles: string[] = [];
  const look = () => doubles.push(...findDoubles(findAgents(folder)).filter((one) => !doubles.includes(one)));
  watches.add(look);
  timer ??= setInterval(() => watches.forEach((each) => each()), LOOK_MS).unref();
  return {
    doubles,
    all: () => findAgents(folder),
    main(agent) {
      const own = findAgents(folder).filter((one) => one.agent === agent);
      const mains = own.filter(({ ppid }) => !own.some(({ pid }) => pid === ppid));
      return mains.length === 1 ? mains[0] : undefined;
    },
    close() {
      watches.delete(look);
      if (watches.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}

function findAgents(folder: string): readonly AgentProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readAgent(Number(name), folder) ?? []);
}

function readAgent(pid: number, folder: string): AgentProcess | undefined {
  try {
    const environ = readFileSync(`/proc/${pid}/environ`, 'utf8');
    if (!environ.includes(`CCCI_PROMPT_FILE=${folder}/`)) return undefined;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const agent = /(?:^|\0)CCCI_AGENT=([^\0]*)/.exec(environ)?.[1] ?? '';
    const incarnation = /(?:^|\0)CCCI_INCARNATION=([^\0]*)/.exec(environ)?.[1] ?? '';
    return state === 'Z' || state === 'X' ? undefined : { pid, ppid: Number(ppid), agent, incarnation };
  } catch {
    // It ended meanwhile, or is somebody else's.
    return undefined;
  }
}

function findDoubles(processes: readonly AgentProcess[]): readonly string[] {
  const launches = Map.groupBy(processes, ({ agent }) => agent);
  return [...launches].flatMap(([agent, own]) => {
    const incarnations = [...new Set(own.map(({ incarnation }) => incarnation))];
    return incarnations.length > 1 ? [`${agent}: ${incarnations.join(' and ')}`] : [];
  });
}
