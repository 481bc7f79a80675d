import type { Fact } from '#api/fact.ts';
import type { TreeActivity } from '#drivers/process/process.ts';

/** How quiet an agent is, by independent signals: what it says itself, what its screen shows, what its processes do. */
export type Activity = {
  /** Time that nothing moved, while the controller was watching. */
  readonly quietMs: number;
  /** Wall time of the first look that saw the wait marker which is on the screen now. */
  readonly markerSinceMs?: number | undefined;
};

/** One look at an agent. */
export type Glance = {
  readonly subject: string;
  /** The screen without what moves by itself. */
  readonly screen: Fact<string>;
  readonly tree: Fact<TreeActivity>;
  /** Changes whenever its own channels say that something happened; undefined when they are silent. */
  readonly pulse?: string | undefined;
  /** True for a program that draws a spinner: its own CPU time proves nothing, only that of its children. */
  readonly hasSpinner?: boolean | undefined;
  /** How long ago the tool that runs was called, ms; undefined when none runs. */
  readonly toolAgeMs?: number | undefined;
  readonly marker?: string | undefined;
  /** When something was tried against a stall last: what that typed shows on the screen, too. */
  readonly stepAt?: string | undefined;
};

type Memory = {
  subject: string;
  screen: string;
  pulse: string | undefined;
  isToolAlive: boolean;
  cpuTicks: number;
  descendants: string;
  atMs: number;
  movedAtMs: number;
  marker?: string | undefined;
  markerSinceMs?: number | undefined;
  echoOf?: string | undefined;
};

/** An interactive CLI at rest uses below 1 % of a core, a spinner about 13 %. */
const QUIET_CPU_SHARE = 0.04;
/** Clock ticks of /proc are 10 ms on every Linux that Node runs on. */
const TICK_MS = 10;
/** A tool that has not come back for longer than this counts as hung, although its process lives. */
const LONGEST_TOOL_MS = 24 * 60 * 60 * 1000;
/** A tool's process is there a moment after the call was told, or before. */
const CALL_SLACK_MS = 2000;
/** A gap between looks in which nobody watched: suspend, a stopped controller, a blocked loop. */
const WATCH_GAP_MS = 120_000;

/**
 * Remembers the last look at each agent and says how long nothing moved. Movement is a word of its own, a changed screen
 * (what a spinner does by itself left out), CPU time above a resting CLI's, another set of descendants, or a tool whose
 * process lives: `sleep 3h` prints nothing and uses nothing, and is work. The first change of the screen after a nudge or an interrupt is the
 * terminal's echo of it, and no movement: else a program that hangs would look alive after each. Quiet time counts only between looks that followed each other, so
 * downtime, suspend and clock jumps never make an agent look idle; it is too short rather than too long.
 */
export class ActivityTracker {
  readonly #memories = new Map<string, Memory>();

  /** Takes one look into account; undefined when a signal could not be read: then nothing may be concluded. */
  look(key: string, glance: Glance, now: { wallMs: number; monoMs: number }): Activity | undefined {
    if (glance.screen.state !== 'known' || glance.tree.state !== 'known') return undefined;
    const before = this.#memories.get(key);
    const next: Memory = {
      subject: glance.subject,
      screen: glance.screen.value,
      pulse: glance.pulse,
      isToolAlive: isToolAlive(glance, glance.tree.value),
      cpuTicks: cpuOf(glance, glance.tree.value),
      descendants: glance.tree.value.descendants.join(' '),
      atMs: now.monoMs,
      movedAtMs: now.monoMs,
      marker: glance.marker,
      markerSinceMs: glance.marker === undefined ? undefined : now.wallMs,
    };
    if (before?.subject === next.subject) {
      next.echoOf = before.screen === next.screen ? before.echoOf : glance.stepAt;
      if (!hasMoved(before, next)) next.movedAtMs = before.movedAtMs;
      if (before.marker === next.marker) next.markerSinceMs = before.markerSinceMs;
    }
    this.#memories.set(key, next);
    return { quietMs: now.monoMs - next.movedAtMs, markerSinceMs: next.markerSinceMs };
  }

  /** Forgets an agent that is gone. */
  forget(key: string): void {
    this.#memories.delete(key);
  }
}

function cpuOf({ hasSpinner }: Glance, { cpuTicks, ownTicks = 0 }: TreeActivity): number {
  return hasSpinner === true ? cpuTicks - ownTicks : cpuTicks;
}

// Helpers that live as long as the program are older than the call, and prove nothing about it.
function isToolAlive({ toolAgeMs }: Glance, { youngestAgeMs }: TreeActivity): boolean {
  if (toolAgeMs === undefined || youngestAgeMs === undefined || toolAgeMs > LONGEST_TOOL_MS) return false;
  return youngestAgeMs <= toolAgeMs + CALL_SLACK_MS;
}

function hasMoved(before: Memory, next: Memory): boolean {
  const elapsedMs = next.atMs - before.atMs;
  if (elapsedMs > WATCH_GAP_MS || next.isToolAlive || before.pulse !== next.pulse) return true;
  const usedMs = (next.cpuTicks - before.cpuTicks) * TICK_MS;
  // One tick is the smallest step the kernel tells: between close looks it proves nothing.
  const isBusy = usedMs > Math.max(TICK_MS, elapsedMs * QUIET_CPU_SHARE) || usedMs < 0;
  const isEcho = next.echoOf !== undefined && next.echoOf !== before.echoOf;
  return (before.screen !== next.screen && !isEcho) || before.descendants !== next.descendants || isBusy;
}
