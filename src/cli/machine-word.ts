import { usageError } from './cli-error.ts';

/** The machine that a word names: `NAME`, `vm/NAME` or `virtualmachine/NAME`. */
export function machineWord(word: string): string {
  const [kind, name, extra] = word.includes('/') ? word.split('/') : ['vm', word];
  const isMachine = ['vm', 'virtualmachine', 'virtualmachines'].includes((kind ?? '').toLowerCase());
  if (!isMachine || name === undefined || name === '' || extra !== undefined)
    throw usageError(`expected a machine such as vm/cc-nix-test, not ${JSON.stringify(word)}`);
  return name;
}
