import type { Logger } from 'pino';

import { TerminalError } from '#api/errors.ts';
import type { Kind } from '#api/kind.ts';
import { keyOf } from '#observe/object-set.ts';
import { ConflictError } from '#store/store.ts';
import type { Clock } from '#drivers/clock/clock.ts';

import { dependentsOf } from './dependents.ts';
import { reconcile, type PassResult, type ReconcileTools } from './reconcile.ts';
import { WorkQueue } from './work-queue.ts';

/** What the loop needs beside the pipeline. */
export type ControllerOptions = {
  readonly tools: ReconcileTools;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error' | 'debug'>;
  /** Called after each pass that changed something stored, with all objects: sources follow them. */
  readonly onObjects?: () => void;
};

/** Everything is looked at this often even when nothing happens; it would find all that the sources miss. */
const RESYNC_MS = 60_000;
/** Who is told to look many times a second need not: a look costs two programs. */
const HINT_GAP_MS = 1000;
/** No object: a mark that goes through the queue of the agents to show that their workers work. */
const BEAT = 'Beat';
/** A look at an agent that takes longer than this hangs: acts end within seconds, the first clone within a minute. */
const HUNG_MS = 10 * 60_000;
/** Agents have workers of their own: git, Incus and probes never hold them up. */
const LANES = { agents: 8, others: 4, notifiers: 2 };

/** The loop: keys in, passes out. Which key is looked at when is its only business. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #queue: WorkQueue;
  readonly #lookedAtMs = new Map<string, number>();
  readonly #begunAtMs = new Map<string, number>();
  #beats: (() => void)[] = [];
  #cancelResync: () => void = () => undefined;
  #resyncMs: number | undefined;
  #isSynced = false;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#queue = new WorkQueue({
      clock: options.clock,
      random: options.random,
      lanes: LANES,
      laneOf,
      work: (key) => this.#timed(key),
    });
  }

  /** Wants these keys to be looked at now. */
  enqueue(keys: readonly string[]): void {
    for (const key of keys) this.#queue.add(key);
  }

  /**
   * Wants these keys to be looked at soon: at once, or at the next full second when the last look was less than a second
   * ago, however often it is asked. Common seconds let looks at several agents share one reading of tmux.
   */
  hint(keys: readonly string[]): void {
    const nowMs = this.#options.clock.now().monoMs;
    const nextTickMs = (Math.floor(nowMs / HINT_GAP_MS) + 1) * HINT_GAP_MS;
    for (const key of keys) {
      const isFresh = nowMs - (this.#lookedAtMs.get(key) ?? -Infinity) < HINT_GAP_MS;
      this.#queue.addAfter(key, isFresh ? nextTickMs - nowMs : 0);
    }
  }

  /** Looks at everything now and again every minute. */
  async resync(): Promise<void> {
    this.#cancelResync();
    this.#cancelResync = this.#options.clock.after(RESYNC_MS, () => void this.resync());
    this.#resyncMs = this.#options.clock.now().monoMs;
    try {
      const { objects } = await this.#options.tools.load();
      this.#isSynced = true;
      this.enqueue(objects.every().map(keyOf).toSorted(byRank));
    } catch (error) {
      this.#isSynced = false;
      this.#options.log.error(
        { error: messageOf(error) },
        'could not read the store; nothing is done until it can be read',
      );
    }
  }

  /** How long ago it began to look at everything, in ms, and whether it could read everything then. */
  pulse(): { readonly lookedMsAgo: number | undefined; readonly isSynced: boolean } {
    const nowMs = this.#options.clock.now().monoMs;
    return {
      lookedMsAgo: this.#resyncMs === undefined ? undefined : nowMs - this.#resyncMs,
      isSynced: this.#isSynced,
    };
  }

  /** True when no key is queued or worked on; keys may be due later. */
  isIdle(): boolean {
    return this.#queue.isIdle();
  }

  /**
   * Goes once through the queue of the agents, behind all that wait there; never resolves while their workers hang.
   * Answers whether no look at an agent has been under way for ten minutes.
   */
  async beat(): Promise<boolean> {
    await new Promise<void>((resolve) => {
      this.#beats.push(resolve);
      this.#queue.add(BEAT);
    });
    const nowMs = this.#options.clock.now().monoMs;
    return [...this.#begunAtMs].every(([key, begunMs]) => !key.startsWith('Agent/') || nowMs - begunMs < HUNG_MS);
  }

  /** Ends the loop: the pass in work ends, agents are left alone. */
  async close(): Promise<void> {
    this.#cancelResync();
    await this.#queue.close();
  }

  async #timed(key: string): Promise<void> {
    if (key === BEAT) {
      for (const resolve of this.#beats.splice(0)) resolve();
      return;
    }
    this.#begunAtMs.set(key, this.#options.clock.now().monoMs);
    await this.#work(key).finally(() => this.#begunAtMs.delete(key));
  }

  async #work(key: string): Promise<void> {
    this.#lookedAtMs.set(key, this.#options.clock.now().monoMs);
    try {
      const result = await reconcile(key, this.#options.tools);
      this.#log(key, result);
      await this.#after(key, result);
    } catch (error) {
      this.#failed(key, error);
    }
  }

  async #after(key: string, result: PassResult): Promise<void> {
    const failed = result.outcomes.find(({ result: end }) => end === 'Failed');
    if (failed === undefined) this.#queue.forget(key);
    else this.#queue.retry(key);
    if (result.requeueAfterMs !== undefined && failed === undefined)
      this.#queue.addAfter(key, Math.max(10, result.requeueAfterMs));
    if (result.changed.length === 0 && result.outcomes.length === 0) return;
    const { objects } = await this.#options.tools.load();
    this.enqueue([
      ...new Set([...result.changed, ...this.#made(result)].flatMap((changed) => dependentsOf(changed, objects))),
    ]);
    this.enqueue(this.#made(result).filter((made) => /^(?:Sequence|Account)\//.test(made)));
    // Its agent's key writes how far a message has come; what is said about that is the message's own matter.
    this.enqueue(result.changed.filter((changed) => changed !== key && changed.startsWith('Delivery/')));
    this.#options.onObjects?.();
  }

  // A sequence that was made is looked at by its own key; a delivery is its agent's matter.
  #made({ outcomes }: PassResult): readonly string[] {
    return outcomes.flatMap(({ action, result }) => {
      if (result !== 'Done') return [];
      const isDelivery = action.type === 'CreateDelivery' || action.type === 'SettleDelivery';
      if (isDelivery) return [`Delivery/${action.name}`];
      if (action.type === 'EnsureAccount') return [`Account/${action.name}`];
      return action.type === 'EnsureSequence' ? [`Sequence/${action.name}`] : [];
    });
  }

  #failed(key: string, error: unknown): void {
    if (error instanceof ConflictError) {
      this.#queue.addAfter(key, 10);
      return;
    }
    this.#options.log.error({ key, error: messageOf(error) }, 'pass failed');
    if (!(error instanceof TerminalError)) this.#queue.retry(key);
  }

  #log(key: string, { outcomes }: PassResult): void {
    for (const { action, result, message } of outcomes) {
      const line = {
        key,
        action: action.type,
        reason: action.reason,
        why: action.message,
        result,
        ...(message === undefined ? {} : { message }),
      };
      if (result === 'Failed') this.#options.log.warn(line, 'action failed');
      else this.#options.log.info(line, result === 'Done' ? 'action done' : 'the world had moved on');
    }
  }
}

/** Git, Incus and probes never hold up agents, and a receiver that stalls holds up nobody. */
function laneOf(key: string): keyof typeof LANES {
  if (key.startsWith('Agent/') || key === BEAT) return 'agents';
  return key.startsWith('Notifier/') ? 'notifiers' : 'others';
}

const RANK: readonly Kind[] = [
  'Repository',
  'Gate',
  'Phase',
  'Sequence',
  'Account',
  'VirtualMachine',
  'Agent',
  'AgentRun',
  'Notifier',
  'Delivery',
  'Rig',
];

// Status is handed on in this order, so that a first pass over everything meets few stale neighbours.
function byRank(a: string, b: string): number {
  const rank = (key: string) => RANK.findIndex((kind) => key.startsWith(`${kind}/`));
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
