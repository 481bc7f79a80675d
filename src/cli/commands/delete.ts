import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { durationOption } from '../duration-option.ts';
import { readSelection } from '../find-objects.ts';
import { MANIFEST_FLAGS } from '../manifest-flags.ts';
import type { DeleteOptions } from '../delete-objects.ts';

/** `ccci delete`. */
export const deleteCommand = defineCommand<DeleteOptions>({
  summary: 'delete objects, and end what is live of them',
  usage: ['delete KIND/NAME... | KIND NAME... | -f PATH... [--orphan] [--wait [--timeout 2m]]'],
  details: `
An agent's session is ended at once; with --orphan it is left running and forgotten. A machine is left
as it is, unless its manifest says deletionPolicy: Delete; then its object waits for "ccci approve". An object with something live stays until the
controller has ended that.`,
  flags: {
    ...MANIFEST_FLAGS,
    orphan: { help: 'leave what is live as it is' },
    'ignore-not-found': { help: 'an object that does not exist is no failure' },
    wait: { help: 'wait until they are gone' },
    timeout: { value: 'DURATION', help: 'how long to wait; 2m when not given' },
  },
  completes: 'Objects',
  examples: [
    { does: 'an agent and its session', line: 'delete agent/builder' },
    { does: 'keep the session', line: 'delete agent builder --orphan' },
    { does: 'everything in a folder of manifests', line: 'delete -f manifests/ --wait' },
  ],
  options(parsed) {
    const paths = parsed.list('filename');
    if (paths.length > 0 && parsed.words.length > 0)
      throw usageError('objects are named by words or with -f, not both');
    const selection = paths.length > 0 ? undefined : readSelection(parsed.words);
    if (selection !== undefined && !('keys' in selection))
      throw usageError('a name is missing', 'name each object; a whole kind is not deleted in one go');
    return {
      selection,
      paths,
      recursive: parsed.has('recursive'),
      orphan: parsed.has('orphan'),
      ignoreMissing: parsed.has('ignore-not-found'),
      waitMs: parsed.has('wait') || parsed.has('timeout') ? durationOption(parsed, 'timeout', 120_000) : undefined,
    };
  },
  async run(options, context) {
    const { deleteObjects } = await import('../delete-objects.ts');
    return deleteObjects(options, context);
  },
});
