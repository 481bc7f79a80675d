import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Fact } from '#api/fact.ts';
import { known, unknown } from '#api/fact.ts';
import { isSha } from './git-words.ts';
import type { CommitSigner } from './git.ts';
import { mirrorGit } from './mirror-git.ts';
import { readSmallFile } from './read-small-file.ts';

/** A file of allowed signers as it is now. `stamp` stands for its content. */
export type SignersFile = { readonly path: string; readonly stamp: string };

const MAX_BYTES = 1024 * 1024;

/** Looks at a file of allowed signers. Refused when others than its owner may write it: whoever can write it can name a key of their own. */
export async function readSignersFile(path: string): Promise<Fact<SignersFile>> {
  const text = await readSmallFile(path, MAX_BYTES);
  if (text.state === 'absent')
    return unknown(
      'SignersUnreadable',
      `there is no file "${path}"; put the allowed signers there, or correct the path`,
    );
  if (text.state === 'unknown') return unknown('SignersUnreadable', text.message);
  const { mode } = await stat(path);
  if ((mode & 0o022) !== 0) {
    const shown = (mode & 0o777).toString(8).padStart(4, '0');
    return unknown('SignersUnreadable', `"${path}" may be written by others (mode ${shown}); run: chmod go-w ${path}`);
  }
  return known({ path, stamp: createHash('sha256').update(text.value).digest('hex') });
}

/** Asks git about some commits at once. GPG and X.509 are off: no program for them is run, so their signatures count as none. */
export async function readSigners(
  mirror: string,
  env: Record<string, string>,
  { shas, file }: { readonly shas: readonly string[]; readonly file: SignersFile },
): Promise<Fact<Readonly<Record<string, CommitSigner>>>> {
  const flags = [
    ...['-c', 'gpg.format=ssh', '-c', 'gpg.program=/bin/false', '-c', 'gpg.openpgp.program=/bin/false'],
    ...['-c', 'gpg.x509.program=/bin/false', '-c', `gpg.ssh.allowedSignersFile=${file.path}`],
  ];
  const options = ['--no-walk=unsorted', '--no-color', '--no-notes', '-z', '--format=tformat:%H%x00%G?%x00%GS'];
  const text = await mirrorGit(mirror, env, [...flags, 'log', ...options, ...shas, '--']);
  const signers = parseSigners(text);
  // A file that was changed while git read it has answered for neither content.
  const after = await readSignersFile(file.path);
  if (after.state !== 'known') return after;
  if (after.value.stamp !== file.stamp) return unknown('SignersUnreadable', `"${file.path}" is being changed`);
  return signers === undefined
    ? unknown('Unreadable', `git's answer about signatures in "${mirror}" is not in the expected form`)
    : known(signers);
}

/** Asks about all commits, some at a time: git starts programs for each signature, and what is known is not asked again. */
export async function signersOf(
  request: { readonly shas: readonly string[]; readonly allowedSignersFile: string },
  ask: (file: SignersFile, shas: readonly string[]) => Promise<Fact<Readonly<Record<string, CommitSigner>>>>,
): Promise<Fact<Readonly<Record<string, CommitSigner>>>> {
  const file = await readSignersFile(request.allowedSignersFile);
  if (file.state !== 'known') return file;
  const wrong = request.shas.find((sha) => !isSha(sha));
  if (wrong !== undefined) return unknown('CommitInvalid', `"${wrong}" is not a full commit hash`);
  let all: Readonly<Record<string, CommitSigner>> = {};
  // From the oldest on, so that the groups stay the same when commits are added.
  const shas = request.shas.toReversed();
  for (let from = 0; from < shas.length; from += AT_ONCE) {
    const some = await ask(file.value, shas.slice(from, from + AT_ONCE));
    if (some.state !== 'known') return some;
    all = { ...all, ...some.value };
  }
  return known(all);
}

const AT_ONCE = 20;

function parseSigners(text: string): Record<string, CommitSigner> | undefined {
  const fields = text.split('\0');
  if (fields.pop() !== '' || fields.length % 3 !== 0) return undefined;
  const signers: Record<string, CommitSigner> = {};
  for (let at = 0; at < fields.length; at += 3) {
    const [sha = '', letter = '', principal = ''] = fields.slice(at, at + 3);
    if (!isSha(sha)) return undefined;
    signers[sha] = signerOf(letter, principal);
  }
  return signers;
}

// The letters of %G? (git-log(1), PRETTY FORMATS). E: it could not be checked, for example because it is no SSH signature.
function signerOf(letter: string, principal: string): CommitSigner {
  if (letter === 'G' && principal !== '') return { state: 'Good', principal };
  if (letter === 'N' || letter === 'E') return { state: 'None' };
  return { state: letter === 'U' ? 'Untrusted' : 'Bad' };
}
