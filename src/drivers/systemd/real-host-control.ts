import { existsSync } from 'node:fs';
import { execa } from 'execa';

import { ABSENT, known } from '#api/fact.ts';

import type { HostControl } from './host-control.ts';

const TIMEOUT_MS = 180_000;

/** This host. `/run/systemd/system` is there exactly when systemd runs it: sd_booted(3). */
export function createHostControl(): HostControl {
  return {
    systemd: () => Promise.resolve(existsSync('/run/systemd/system') ? known(true as const) : ABSENT),
    isNixOs: () => existsSync('/etc/NIXOS'),
    async run([program, ...rest]) {
      const ended = await execa(program, rest, { stdin: 'ignore', reject: false, timeout: TIMEOUT_MS });
      const { exitCode, stdout, stderr } = ended;
      if (exitCode === undefined) throw new Error(`could not run "${program}" to its end`, { cause: ended });
      return { code: exitCode, out: stdout, err: stderr };
    },
  };
}
