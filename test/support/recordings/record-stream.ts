import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { valueOf } from '#api/fact.ts';
import { backendOf } from '#backends/registry.ts';
import type { SignalFile, SignalPlaces } from '#backends/signal-state.ts';
import { NO_SIGNALS, type Signal, type SignalLog } from '#backends/signal.ts';
import { createProcesses } from '#drivers/process/real-process.ts';
import { createSignalReader } from '#drivers/signals/spool-reader.ts';
import type { SpoolSignal } from '#drivers/signals/signals.ts';
import { SIGNAL_SCRIPT } from '#plan/agent/signal-script.ts';

import { AGENT_CLIS } from '../agent-clis.ts';
import { createAgentHome } from '../agent-home.ts';
import { startModelEndpoint } from '../model-endpoint/model-endpoint.ts';
import { createStage } from '../scenes/play-scene.ts';
import { startPrivateTmux, type PrivateTmux } from '../tmux.ts';
import type { Stream } from './claude-streams.ts';
import type { RecordedLook, RecordingHead } from './recorded-look.ts';

const LOOK_MS = 250;
/** Lines of a transcript that are kept with each look. */
const KEPT_LINES = 2;

/** Runs real claude as ccci does, plays the stream, and answers what was said and shown, line by line, with neutral paths. */
export async function recordStream(stream: Stream): Promise<string> {
  const tmux = await startPrivateTmux();
  const endpoint = await startModelEndpoint();
  try {
    const model = endpoint.modelOf('builder', stream.script);
    const folder = await launch(stream, tmux, model.url);
    const stage = createStage(tmux, '=builder:', model);
    const recorder = new Recorder(tmux, folder, await stage.pid());
    const isOver = new AbortController();
    const recording = recorder.run(isOver.signal);
    await stream.play?.(stage);
    await sleep(stream.watchMs);
    isOver.abort();
    const { looks, startTime, beganMs } = await recording;
    const { title, passes } = stream;
    const head = { title, version: AGENT_CLIS.claude.version, pid: recorder.pid, startTime, passes, beganMs };
    const lines = [head satisfies RecordingHead, ...looks].map((each) => JSON.stringify(each)).join('\n');
    return `${neutral(lines, tmux.folder)}\n`;
  } finally {
    await endpoint.close();
    await tmux.end();
  }
}

async function launch(stream: Stream, tmux: PrivateTmux, modelUrl: string): Promise<string> {
  const work = join(tmux.folder, 'project');
  const channel = { folder: join(tmux.folder, 'spool'), script: join(tmux.folder, 'signal.sh') };
  mkdirSync(work);
  mkdirSync(channel.folder, { mode: 0o700 });
  writeFileSync(channel.script, SIGNAL_SCRIPT);
  const { credential = 'Key', permissions = 'Bypass' } = stream;
  const home = createAgentHome({
    ...{ cli: 'claude', agent: 'builder', folder: tmux.folder, modelUrl, seeds: {}, credential },
    trustedFolders: [work],
  });
  const asked = { prompt: 'You are the builder. Begin.', agentName: 'builder', permissions, args: [], command: [] };
  const { argv, env, files = [] } = backendOf('claude').launch({ ...asked, asRoot: true, signals: channel });
  for (const { path, text, mode } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
  }
  const environment = { ...home.environment, ...env, ...stream.environment };
  const words = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const size = ['-x', '120', '-y', '40', '-c', work];
  await tmux.run('new-session', '-d', '-s', 'builder', ...size, '/usr/bin/env', ...words, ...argv);
  return channel.folder;
}

class Recorder {
  readonly pid: number;
  readonly #tmux: PrivateTmux;
  readonly #folder: string;
  readonly #signals = createSignalReader();
  readonly #processes = createProcesses().reader;
  readonly #beganMs = Date.now();
  #log: SignalLog = NO_SIGNALS;
  #screen = '';
  #descendants = -1;

  constructor(tmux: PrivateTmux, folder: string, pid: number) {
    this.#tmux = tmux;
    this.#folder = folder;
    this.pid = pid;
  }

  async run(signal: AbortSignal) {
    const looks: RecordedLook[] = [];
    const process = valueOf(await this.#processes.read(this.pid));
    while (!signal.aborted) {
      const look = await this.#look();
      if (Object.keys(look).length > 1) looks.push(look);
      await sleep(LOOK_MS);
    }
    return { looks, startTime: process?.startTime ?? 0, beganMs: this.#beganMs };
  }

  async #look(): Promise<RecordedLook> {
    const log = await this.#read();
    const events = log.events.slice(this.#log.events.length).map((one) => this.#relative(one));
    const changed = Object.entries(log.latest).filter(([slot, { atMs }]) => this.#log.latest[slot]?.atMs !== atMs);
    const latest = Object.fromEntries(changed.map(([slot, one]) => [slot, this.#relative(one)]));
    const screen = await this.#tmux.run('capture-pane', '-p', '-t', '=builder:').catch(() => '');
    const tree = valueOf(await this.#processes.tree(this.pid));
    const descendants = tree?.descendants.length ?? 0;
    const look = {
      atMs: Date.now() - this.#beganMs,
      ...(events.length === 0 ? {} : { events }),
      ...(changed.length === 0 ? {} : { latest }),
      ...(screen === this.#screen ? {} : { screen }),
      ...(descendants === this.#descendants ? {} : { descendants }),
    };
    [this.#log, this.#screen, this.#descendants] = [log, screen, descendants];
    return look;
  }

  async #read(): Promise<SignalLog> {
    const spool = valueOf(await this.#signals.spool(this.#folder, process.getuid?.())) ?? NO_SIGNALS;
    const files = backendOf('claude').signals?.files(await this.#places(), spool) ?? [];
    const kept = files.filter(({ slot }) => slot !== 'history');
    const said = await Promise.all(kept.map(async (file) => this.#readFile(file)));
    return { events: spool.events, latest: { ...spool.latest, ...Object.fromEntries(said.flat()) } };
  }

  async #places(): Promise<SignalPlaces> {
    const view = valueOf(await this.#processes.read(this.pid));
    return { env: view?.env ?? {}, pid: this.pid, startTime: view?.startTime ?? 0, cwd: '' };
  }

  async #readFile(file: SignalFile): Promise<readonly (readonly [string, Signal])[]> {
    const read = valueOf(await this.#signals.file(file, process.getuid?.()));
    if (read === undefined) return [];
    const { atMs, value, lines, bytes } = read;
    const payload = lines === undefined ? value : { lines: lines.slice(-KEPT_LINES), bytes };
    return [[file.slot, { event: file.slot, atMs, payload }]];
  }

  #relative({ event, atMs, payload }: Signal): SpoolSignal {
    return { event, atMs: Math.round(atMs - this.#beganMs), payload };
  }
}

function neutral(text: string, folder: string): string {
  const munged = folder.replaceAll(/[^A-Za-z0-9]/g, '-');
  return text
    .replaceAll(folder, '/home/loops')
    .replaceAll(munged, '-home-loops')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:8964');
}
