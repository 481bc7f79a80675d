import { readlinkSync } from 'node:fs';
import { userInfo } from 'node:os';
import process from 'node:process';

import type { Store } from '#store/store.ts';

import type { Context, Person } from './context.ts';
import type { Parsed } from './flags.ts';
import { resolveSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** The context of this process. `close` closes what was opened. */
export async function createContext(
  parsed: Parsed,
  terminal: Terminal,
): Promise<{ readonly context: Context; close(): Promise<void> }> {
  const settings = await resolveSettings({ parsed, environment: process.env, cwd: process.cwd() });
  let store: Promise<Store> | undefined;
  const context: Context = {
    terminal,
    settings,
    environment: process.env,
    cwd: process.cwd(),
    person: thisPerson(),
    now: () => Date.now(),
    openStore: () => (store ??= openStore(settings.stateDir)),
    readStdin: () => process.stdin,
    onInterrupt,
  };
  return { context, close: async () => (await store)?.close() };
}

async function openStore(stateDir: string): Promise<Store> {
  const { createFileStore } = await import('#store/file-store.ts');
  return createFileStore(stateDir);
}

function thisPerson(): Person {
  const { uid, username } = userOf();
  return { name: username, uid, pid: process.pid, terminal: terminalPath() };
}

// A user without an entry in the password file has no name.
function userOf(): { uid: number; username: string } {
  try {
    return userInfo();
  } catch {
    const uid = process.getuid?.() ?? -1;
    return { uid, username: `uid ${String(uid)}` };
  }
}

function terminalPath(): string | undefined {
  if (!process.stdin.isTTY) return undefined;
  try {
    return readlinkSync('/proc/self/fd/0');
  } catch {
    return undefined;
  }
}

function onInterrupt(ended: () => void): void {
  let count = 0;
  const end = (signal: NodeJS.Signals) => {
    count += 1;
    if (count === 1) ended();
    else process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('SIGHUP', end);
}
