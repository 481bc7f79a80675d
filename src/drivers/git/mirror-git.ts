import { simpleGit } from 'simple-git';
import { SAFE_CONFIG } from './safe-git.ts';

/** Thrown when git ends with another code than 0, with what it said. */
export class GitExit extends Error {
  readonly exitCode: number;
  readonly stderr: string;
  constructor(exitCode: number, stderr: string) {
    super(`git ended with ${exitCode}: ${stderr.trim()}`);
    this.name = 'GitExit';
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/**
 * Runs one ordinary local command in a mirror of ccci's own and answers its output as text.
 * For commands that normally print something: the library waits 50 ms when there is no output. Throws GitExit, or the library's own error on a time-out.
 */
export async function mirrorGit(mirror: string, env: Record<string, string>, args: readonly string[]): Promise<string> {
  let exit: GitExit | undefined;
  const git = simpleGit({
    baseDir: mirror,
    config: [...SAFE_CONFIG, 'safe.directory=*'],
    completion: { onClose: true, onExit: false },
    timeout: { block: READ_TIMEOUT_MS },
    // The guards are against values of other people; these are fixed ones that switch the same features off.
    allowEnvironment: [...Object.keys(env), 'GIT_DIR'],
    unsafe: UNSAFE,
    errors: (error, result) => {
      if (result.exitCode > 0) exit = new GitExit(result.exitCode, Buffer.concat(result.stdErr).toString());
      // What is answered here comes out as text only, so the error is kept aside.
      return exit ?? error;
    },
  });
  try {
    // Without GIT_DIR, git would look for a repository in the parent folders of a damaged mirror.
    return await git.env({ ...env, GIT_DIR: '.' }).raw([...args]);
  } catch (error) {
    throw exit ?? error;
  }
}

/** How long a local command may be silent before it is ended. */
export const READ_TIMEOUT_MS = 10_000;

const UNSAFE = {
  allowUnsafeFsMonitor: true,
  allowUnsafeHooksPath: true,
  allowUnsafePager: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeAskPass: true,
  allowUnsafeSshCommand: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeTemplateDir: true,
  allowUnsafeGpgProgram: true,
};
