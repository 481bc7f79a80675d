import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';

import { ABSENT, known } from '#api/fact.ts';

import type { ProgramReader } from './program.ts';

const TIMEOUT_MS = 15_000;
const VERSION = /\d+\.\d+(?:\.\d+)?[A-Za-z0-9.-]*/;

/** Programs of this machine; `environment` is the whole environment that they are asked in. */
export function createPrograms(environment: Readonly<Record<string, string>>): ProgramReader {
  return {
    async find(name, versionArgument) {
      const path = await findOnPath(name, environment['PATH'] ?? '');
      if (path === undefined) return ABSENT;
      const version = await askVersion(path, versionArgument, environment);
      return known(version === undefined ? { path } : { path, version });
    },
  };
}

async function findOnPath(name: string, path: string): Promise<string | undefined> {
  const candidates = path
    .split(delimiter)
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => join(folder, name));
  for (const candidate of candidates) if (await isProgram(candidate)) return candidate;
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function askVersion(
  path: string,
  argument: string,
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { stdout } = await execa(path, [argument], {
    env: environment,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: TIMEOUT_MS,
    maxBuffer: 64 * 1024,
  });
  return VERSION.exec(stdout ?? '')?.[0];
}
