import { checkStatus } from '#api/check-status.ts';
import type { Condition } from '#api/condition.ts';
import { parseDurationMs } from '#api/quantity.ts';
import type { PanePrecondition } from '#drivers/tmux/tmux.ts';
import type { FakeSession } from '../fakes/fake-tmux-server.ts';

import { HandOffOracle } from './hand-off-oracle.ts';
import { MachineOracle } from './machine-oracle.ts';
import { MailOracle } from './mail-oracle.ts';
import { LimitOracle } from './limit-oracle.ts';
import { PhaseOracle } from './phase-oracle.ts';
import type { ScriptedAgent } from './scripted-agent.ts';
import { TypingOracle } from './typing-oracle.ts';
import { RIG_ID, type SimulatedWorld } from './world.ts';

/** A decision and its act may be this far apart, with every call late. */
const GRACE_MS = 12_000;
/** So long after a key a person still counts as typing; half a minute, less what a late call takes. */
const TYPING_MS = 27_000;
const BUDGET = { restarts: 5, perMs: parseDurationMs('30m'), backoffMaxMs: parseDurationMs('5m') };
const SOFT_RESTARTS = { max: 2, perMs: parseDurationMs('1h') };

/** Watches every write of the controller, and says when one breaks a promise. */
export class Oracles {
  readonly phases: PhaseOracle;
  readonly typing: TypingOracle;
  readonly handOffs: HandOffOracle;
  readonly limits: LimitOracle;
  readonly mail: MailOracle;
  readonly machine: MachineOracle;
  /** Agents that a person has ordered to be ended, with until when (monotonic ms) that explains a stop. */
  readonly ordered = new Map<string, number>();
  /** False once the wall clock has jumped or the state was lost: windows of time can not be kept then. */
  hasSteadyMemory = true;
  faultsEndMs = Infinity;
  /** When the controller that lives was started. */
  controllerSinceMs = 0;
  readonly #world: SimulatedWorld;
  readonly #counted = new Map<string, { count: number; atMs: number[] }>();
  readonly #softRestarts: number[] = [];
  #blindSinceMs: number | undefined;

  constructor(world: SimulatedWorld) {
    this.#world = world;
    this.phases = new PhaseOracle(world);
    this.typing = new TypingOracle(world);
    this.handOffs = new HandOffOracle(world);
    this.limits = new LimitOracle(world, (name) => (this.ordered.get(name) ?? 0) > world.clock.now().monoMs);
    this.mail = new MailOracle(world, () => this.hasSteadyMemory);
    this.machine = new MachineOracle(world);
    world.onAgentStart.push((agent) => this.#started(agent));
  }

  /** Looks at a write just before it reaches the world. */
  onWrite(name: string, args: readonly unknown[]): void {
    if (name === 'store.writeStatus') this.#status(String(args[0]), args[1] as never);
    if (name === 'store.requestDelete') this.typing.deleted(String(args[0]));
    if (name.startsWith('tmux.') || name === 'process.signal') this.#blind(name);
    if (name === 'tmux.createSession') this.#creates(args[0] as { marks: Readonly<Record<string, string>> });
    if (['tmux.killSession', 'tmux.paste', 'tmux.sendKeys'].includes(name))
      this.#touches(name, args[0] as PanePrecondition);
    if (name === 'process.signal') this.#signals(args[0] as { pid: number; startTime: number });
    if (name === 'incus.delete') this.#deletes(args[0] as { project: string; name: string });
    if (name === 'incus.wipe') this.machine.wipes(args[0] as { uuid: string });
    if (name === 'incus.changeState') this.#changes(args[1] as { action: string });
  }

  /** Looks at the world between two events. */
  afterEvent(): void {
    const { host, clock } = this.#world;
    const isBlind = host.tmuxFailure !== undefined || host.processFailure !== undefined;
    this.#blindSinceMs = isBlind ? (this.#blindSinceMs ?? clock.now().monoMs) : undefined;
  }

  /** Once nothing goes wrong any more, every open matter is told to the agent that lives and has to know. */
  checkTold(): void {
    const calmSinceMs = Math.max(this.faultsEndMs, this.controllerSinceMs, this.limits.openSinceMs);
    if (!this.phases.isComplete) this.handOffs.check(calmSinceMs);
    if (!this.phases.isComplete) this.mail.check(calmSinceMs);
  }

  #started(agent: ScriptedAgent): void {
    const { chronicle } = this.#world;
    const { name, incarnation, phaseId, terminal } = agent.part;
    chronicle.tell(`${name} runs as ${incarnation}, pid ${String(terminal.pid)}, phase ${phaseId}`);
    const others = this.#world.live(name).filter((other) => other !== agent);
    if (others.length > 0) chronicle.violate(`two processes of agent ${name} are alive`);
  }

  #status(
    key: string,
    status: {
      conditions?: Condition[];
      observedGeneration?: number;
      restarts?: { count: number; recent: { counted: boolean }[] };
    },
  ): void {
    const { chronicle } = this.#world;
    const { conditions = [] } = status;
    if (key === 'VirtualMachine/vm' && status.conditions !== undefined) this.machine.written(status as never);
    if (key === 'Sequence/main') this.phases.written(status as never);
    this.handOffs.written(key, status);
    this.limits.written(key, status as never);
    if (key.startsWith('Agent/')) this.typing.written(status as never);
    // An intent comes before the first status, and others write to a message before its own first visit.
    const isFirst = conditions.length === 0 || (key.startsWith('Delivery/') && status.observedGeneration === undefined);
    const [finding] = isFirst ? [] : checkStatus({ metadata: {}, status: { ...status, conditions } });
    if (finding !== undefined)
      chronicle.violate(`status of ${key} breaks rule ${String(finding.rule)}: ${finding.message}`);
    const refused = conditions.find(({ reason }) => reason === 'PlanRefused');
    if (refused !== undefined) chronicle.violate(`a plan was refused for ${key}: ${refused.message}`);
    if (status.restarts !== undefined) this.#restarts(key, status.restarts);
  }

  #restarts(key: string, { count, recent }: { count: number; recent: { counted: boolean }[] }): void {
    const known = this.#counted.get(key) ?? { count: 0, atMs: [] };
    const isNew = count > known.count;
    known.count = Math.max(count, known.count);
    this.#counted.set(key, known);
    if (!isNew || recent.at(-1)?.counted !== true || !this.hasSteadyMemory) return;
    const nowMs = this.#world.clock.now().monoMs;
    const within = known.atMs.filter((atMs) => atMs > nowMs - BUDGET.perMs);
    const gapMs = nowMs - (known.atMs.at(-1) ?? -Infinity);
    known.atMs.push(nowMs);
    // The gap is kept between decisions; how late each of them reaches the disk is the fault of slow writes.
    if (within.length >= BUDGET.restarts && gapMs < BUDGET.backoffMaxMs - GRACE_MS)
      this.#world.chronicle.violate(`${key} was restarted more often than its budget allows`);
    if (gapMs < 8000) this.#world.chronicle.violate(`${key} was restarted again after ${String(gapMs)} ms`);
  }

  #blind(name: string): void {
    const nowMs = this.#world.clock.now().monoMs;
    if (this.#blindSinceMs === undefined || nowMs - this.#blindSinceMs < GRACE_MS) return;
    if (name !== 'tmux.mark') this.#world.chronicle.violate(`${name} while it is unknown what is there`);
  }

  #creates({ marks }: { marks: Readonly<Record<string, string>> }): void {
    const name = marks['agent'] ?? '';
    if (this.#world.live(name).length > 0)
      this.#world.chronicle.violate(`a session is started for ${name} while a process of it is alive`);
  }

  #touches(what: string, target: PanePrecondition): void {
    const session = this.#world.host.server?.sessions.get(target.sessionId);
    if (session === undefined || session.panePid !== target.panePid) return;
    const isOurs = this.#world.agents.has(session.panePid) || session.marks.get('rig') === RIG_ID;
    if (!isOurs) this.#world.chronicle.violate(`${what} on session "${session.name}", which is not ours`);
    if (what === 'tmux.killSession') this.#ends(session);
    else this.#typesOver(session);
  }

  #typesOver({ name, typedAtMs = -Infinity }: FakeSession): void {
    const agoMs = this.#world.clock.now().wallMs - typedAtMs;
    if (agoMs >= GRACE_MS && agoMs < TYPING_MS)
      this.#world.chronicle.violate(`keys are sent to "${name}" while a person types there`);
  }

  #ends(session: FakeSession): void {
    const agent = this.#world.agentAt(session.panePid);
    if (agent !== undefined) this.#midTurn(agent, 'the session of');
  }

  #signals({ pid, startTime }: { pid: number; startTime: number }): void {
    const agent = this.#world.agentAt(pid);
    if (agent === undefined || agent.part.terminal.startTime !== startTime) return;
    const servers = [...this.#world.host.servers.values()];
    const hasTerminal = servers.some((server) => [...server.sessions.values()].some(({ panePid }) => panePid === pid));
    // One that outlived its session has no terminal any more: nobody can reach it.
    if (hasTerminal) this.#midTurn(agent, 'the process of');
  }

  #midTurn(agent: ScriptedAgent, what: string): void {
    const { clock, chronicle } = this.#world;
    const nowMs = clock.now().monoMs;
    if ((this.ordered.get(agent.part.name) ?? 0) > nowMs) return;
    if (agent.busySinceMs === undefined || agent.isWedged || nowMs - agent.busySinceMs < GRACE_MS) return;
    chronicle.violate(`${what} ${agent.part.name} is ended in mid-turn`);
  }

  #deletes({ project, name }: { project: string; name: string }): void {
    const instance = this.#world.incus.peek(project, name);
    if (instance === undefined) return;
    const isOwnHalf = instance.halfCreated && instance.config['user.ccci.rig'] === RIG_ID;
    if (!isOwnHalf)
      this.#world.chronicle.violate(`instance "${name}" is deleted, which is not a half-made one of ours`);
  }

  #changes({ action }: { action: string }): void {
    if (action !== 'restart' || !this.hasSteadyMemory) return;
    const nowMs = this.#world.clock.now().monoMs;
    const within = this.#softRestarts.filter((atMs) => atMs > nowMs - SOFT_RESTARTS.perMs);
    this.#softRestarts.push(nowMs);
    if (within.length >= SOFT_RESTARTS.max)
      this.#world.chronicle.violate('the machine was restarted more often than its repair budget allows');
  }
}
