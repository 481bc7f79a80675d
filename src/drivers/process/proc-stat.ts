/** The fields of /proc/PID/stat that decisions need (proc(5)). */
export type ProcStat = {
  readonly pid: number;
  readonly comm: string;
  readonly state: string;
  readonly ppid: number;
  /** User and system time of the process itself, in clock ticks. */
  readonly cpuTicks: number;
  /** User and system time of its children that ended and were waited for, in clock ticks. */
  readonly childTicks: number;
  /** Clock ticks since boot. */
  readonly startTime: number;
  /** What `wait` will tell about a zombie; undefined where the line has no such field. */
  readonly waitStatus?: number;
};

/** Reads one line of /proc/PID/stat; undefined when it is not one. The name may hold spaces and `) (`: the last `)` ends it. */
export function parseProcStat(line: string): ProcStat | undefined {
  const open = line.indexOf('(');
  const close = line.lastIndexOf(')');
  if (open < 1 || close < open) return undefined;
  const fields = line.slice(close + 2).split(' ');
  const ticks = [11, 12, 13, 14].map((index) => Number(fields[index]));
  const [user = NaN, system = NaN, childUser = NaN, childSystem = NaN] = ticks;
  const stat = {
    pid: Number(line.slice(0, open)),
    comm: line.slice(open + 1, close),
    state: fields[0] ?? '',
    ppid: Number(fields[1]),
    cpuTicks: user + system,
    childTicks: childUser + childSystem,
    startTime: Number(fields[19]),
    ...(fields[49] === undefined ? {} : { waitStatus: Number(fields[49]) }),
  };
  const numbers = [stat.pid, stat.ppid, stat.cpuTicks, stat.childTicks, stat.startTime];
  return numbers.every(Number.isFinite) && stat.state !== '' ? stat : undefined;
}

/** True for a process that has ended: a zombie keeps only its exit status, `X` is the moment after. */
export function hasEnded(stat: ProcStat): boolean {
  return stat.state === 'Z' || stat.state === 'X' || stat.state === 'x';
}
