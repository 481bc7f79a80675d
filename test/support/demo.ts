import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A demo that runs as a child, and what it has said so far. */
export type RunningDemo = {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves with exit code or signal when it has ended. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  stdout(): string;
  stderr(): string;
  /** Waits until the text stands in what it says on standard error. */
  says(text: string): Promise<void>;
};

/** Starts `demo/demo.ts`; progress goes to standard error because the summary is wanted as JSON. */
export function startDemo(...args: readonly string[]): RunningDemo {
  const program = join(import.meta.dirname, '../../demo/demo.ts');
  const child = spawn(process.execPath, [program, '-o', 'json', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8');
    child[name].on('data', (text: string) => (said[name] += text));
  }
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('close', (code, signal) => resolve(signal ?? code)),
  );
  return {
    child,
    pid: child.pid ?? 0,
    ended,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => void (said.stderr.includes(text) && resolve());
        child.stderr.on('data', look);
        look();
        void ended.then((end) =>
          reject(new Error(`ended with ${String(end)} before it said "${text}":\n${said.stderr}`)),
        );
      }),
  };
}

/** What a demo has left: folders and processes that name it. Empty when all is well. */
export function leftoversOf(pid: number): readonly string[] {
  const name = `ccci-demo-${pid}.`;
  const folders = readdirSync(tmpdir()).filter((entry) => entry.startsWith(name));
  const processes = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((entry) => ['cmdline', 'environ'].some((file) => readText(`/proc/${entry}/${file}`).includes(name)));
  return [...folders, ...processes.map((entry) => `process ${entry}`)];
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
