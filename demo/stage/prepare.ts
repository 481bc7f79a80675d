import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DEMO = join(import.meta.dirname, '..');

/** Where the things of one rig are. */
export type Places = {
  readonly folder: string;
  readonly manifests: string;
  readonly stateDir: string;
  readonly tmuxSocket: string;
  readonly remote: string;
  /** What the agents wrote down about themselves, one JSON object a line. */
  readonly notes: string;
  /** When the remote took which commit: `<epoch ms> <sha>` a line. */
  readonly pushes: string;
};

/** Environment in which git looks at nobody's configuration. */
export const GIT_ENVIRONMENT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Operator',
  GIT_AUTHOR_EMAIL: 'operator@example.org',
  GIT_COMMITTER_NAME: 'Operator',
  GIT_COMMITTER_EMAIL: 'operator@example.org',
} as const;

/** The remote's own clock: a push counts from the moment at which the branch has moved. */
const POST_RECEIVE = `#!/bin/sh
now=$(date +%s%3N)
while read -r _ new _; do echo "$now $new"; done >>pushes
`;

/** Names the places of a rig in a folder. */
export function placesIn(folder: string): Places {
  const remote = join(folder, 'remote.git');
  return {
    folder,
    remote,
    manifests: join(folder, 'manifests'),
    stateDir: join(folder, 'state'),
    tmuxSocket: join(folder, 'tmux'),
    notes: join(folder, 'notes.jsonl'),
    pushes: join(remote, 'pushes'),
  };
}

/** Makes the remote with a first commit, so that there is something to clone. */
export function makeRemote({ folder, remote, pushes }: Places): void {
  runGit(folder, 'init', '--quiet', '--bare', '--initial-branch=main', remote);
  writeFileSync(pushes, '');
  const hook = join(remote, 'hooks', 'post-receive');
  mkdirSync(join(remote, 'hooks'), { recursive: true });
  writeFileSync(hook, POST_RECEIVE);
  chmodSync(hook, 0o755);
  const seed = join(folder, 'seed');
  runGit(folder, 'clone', '--quiet', remote, seed);
  writeFileSync(join(seed, 'README.md'), '# Greeter\n\nA program that greets.\n');
  runGit(seed, 'add', 'README.md');
  runGit(seed, 'commit', '--quiet', '--message', 'docs: say what this is going to be');
  runGit(seed, 'push', '--quiet', 'origin', 'HEAD:main');
}

/** Copies manifests and prompts into the rig's folder and fills in what is between @ signs. */
export function writeManifests(
  places: Places,
  from: readonly string[],
  values: Readonly<Record<string, string>>,
): void {
  mkdirSync(places.manifests, { recursive: true });
  cpSync(join(DEMO, 'prompts'), join(places.folder, 'prompts'), { recursive: true });
  const all = { NODE: process.execPath, AGENT: join(DEMO, 'agent.ts'), FOLDER: places.folder, ...values };
  for (const source of from) {
    for (const name of readdirSync(join(DEMO, source))) {
      const text = readFileSync(join(DEMO, source, name), 'utf8');
      writeFileSync(join(places.manifests, name), fill(text, all));
    }
  }
}

/** Runs git and answers what it printed. Throws when git says no. */
export function runGit(folder: string, ...args: readonly string[]): string {
  const env = { ...process.env, ...GIT_ENVIRONMENT };
  return execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

// The places stand in single quotes, where YAML writes a quote as two.
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/@([A-Z_]+)@/g, (whole, name: string) => values[name]?.replaceAll("'", "''") ?? whole);
}
