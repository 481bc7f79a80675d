import { createDisplay, type Display } from './stage/display.ts';
import { startCcci, type RunningCcci } from './stage/ccci.ts';
import { makeFolder, sweepFolders } from './stage/folder.ts';
import { followRig, type Follower } from './stage/follow.ts';
import { createSaboteur, type Incident } from './stage/incidents.ts';
import type { Machine } from './stage/machine.ts';
import { HELP, readOptions, type DemoOptions } from './stage/options.ts';
import { createPaint } from './stage/paint.ts';
import { makeRemote, placesIn, writeManifests, type Places } from './stage/prepare.ts';
import { renderSummary } from './stage/render-summary.ts';
import { Story } from './stage/story.ts';
import { summarizeRun, type Check, type Summary } from './stage/summary.ts';

const LOOK_MS = 120;
/** Far beyond what it takes on a slow machine; then something is wrong. */
const GIVE_UP_MS = 180_000;

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => onSignal(name));
process.exitCode = await main();
process.exit();

async function main(): Promise<number> {
  const options = parse();
  if (options === undefined) return 2;
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const missing = options.withVm ? (await import('./stage/machine.ts')).whyNoMachine() : undefined;
  if (missing !== undefined) {
    process.stderr.write(`demo: --with-vm can not be shown here: ${missing}\n`);
    return 2;
  }
  for (const path of await sweepFolders())
    process.stderr.write(`demo: removed what a killed run had left in ${path}\n`);
  const folder = makeFolder();
  try {
    const summary = await play(placesIn(folder.path), options);
    if (summary === undefined) return 130;
    report(summary, options);
    return summary.ok ? 0 : 1;
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await folder.remove();
  }
}

function parse(): DemoOptions | undefined {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return undefined;
  }
}

// Answers undefined when somebody has interrupted it.
async function play(places: Places, options: DemoOptions): Promise<Summary | undefined> {
  const machine = options.withVm ? await prepareMachine(places) : undefined;
  makeRemote(places);
  writeManifests(places, options.withVm ? ['manifests', 'manifests-vm'] : ['manifests'], machine?.values ?? {});
  if (interrupt.signal.aborted) return undefined;
  const startedAtMs = Date.now();
  const ccci = startCcci(places);
  const follower = followRig(places);
  const display = createDisplay(options.json ? process.stderr : process.stdout, startedAtMs, process.env);
  try {
    const { incidents, exitCode } = await watch({ places, ccci, follower, display });
    if (interrupt.signal.aborted) return undefined;
    const tookMs = Date.now() - startedAtMs;
    const more = machine === undefined ? [] : [await machine.check()];
    const summary = summarizeRun({ places, view: await follower.look(), incidents, exitCode, tookMs, more });
    if (!summary.ok) process.stderr.write(`\nThe last words of ccci:\n${ccci.lastWords()}\n`);
    return summary;
  } finally {
    display.close();
    await follower.close();
  }
}

async function prepareMachine({ folder }: Places): Promise<Machine & { check(): Promise<Check> }> {
  process.stderr.write('demo: starting a throwaway Incus daemon\n');
  const { startMachine } = await import('./stage/machine.ts');
  return startMachine(folder);
}

type Stage = { places: Places; ccci: RunningCcci; follower: Follower; display: Display };

// Looks until ccci has ended by itself, and breaks what is to be broken on the way.
async function watch({ places, ccci, follower, display }: Stage) {
  const story = new Story();
  const sabotage = createSaboteur(places);
  const incidents: Incident[] = [];
  let exitCode: number | null | undefined;
  void ccci.ended.then((code) => (exitCode = code));
  const giveUpMs = Date.now() + GIVE_UP_MS;
  for (let isLast = false; !isLast && !interrupt.signal.aborted && Date.now() < giveUpMs;) {
    isLast = exitCode !== undefined;
    const view = await follower.look();
    const incident = isLast ? undefined : sabotage(view);
    if (incident !== undefined) incidents.push(incident);
    const fresh = [...story.follow(view), ...(incident === undefined ? [] : story.tell(incident))];
    display.show({ view, fresh, all: story.lines });
    if (!isLast) await Promise.race([ccci.ended, new Promise((resolve) => setTimeout(resolve, LOOK_MS))]);
  }
  return { incidents, exitCode: exitCode ?? null };
}

function report(summary: Summary, { json }: DemoOptions): void {
  const hasColour = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
  process.stdout.write(
    json ? `${JSON.stringify(summary, undefined, 2)}\n` : renderSummary(summary, createPaint(hasColour)),
  );
}

// A second Ctrl-C changes nothing: tidying up takes a second or two, and only half of it would leave sessions behind.
function onSignal(name: NodeJS.Signals): void {
  if (!interrupt.signal.aborted) process.stderr.write(`\ndemo: ${name}, ending everything that was started\n`);
  interrupt.abort();
}
