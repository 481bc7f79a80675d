import { readFileSync } from 'node:fs';

import { disbelieve } from './crew/adversary.ts';
import { build } from './crew/builder.ts';
import { openSession } from './crew/session.ts';
import { WORK } from './crew/work.ts';

// A scripted member of the crew: `agent.ts builder` or `agent.ts adversary`, started by ccci in a clone.
const [role = ''] = process.argv.slice(2);
const { CCCI_PHASE_ID: phase = '', CCCI_PROMPT_FILE: promptFile, CREW_SCRATCH: scratch = '/tmp' } = process.env;
const work = WORK[phase];
if (work === undefined || promptFile === undefined) throw new Error('agent.ts is started by ccci, see demo/manifests');

const session = openSession(role);
const prompt = readFileSync(promptFile, 'utf8').trim();
session.note('started', { phase, reason: process.env['CCCI_RESTART_REASON'] ?? '', prompt });
session.say(prompt);
// Ctrl-C interrupts a turn, as in the agents' own programs; it does not end them.
process.on('SIGINT', () => session.say('Interrupted; going on.'));
// The demo wedges an agent on purpose with this: the whole program hangs and takes neither messages nor Ctrl-C.
process.on('SIGUSR2', () => {
  session.note('wedged');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});

const task = { folder: process.cwd(), phase, work };
await (role === 'builder' ? build(task, session) : disbelieve({ ...task, scratch }, session));
