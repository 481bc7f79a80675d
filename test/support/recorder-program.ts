// A program for the tests of the tmux driver: it writes its arguments, its environment and every byte that it reads
// into a folder. Arguments: the folder, `ignore-hangup` or `-`, then anything.
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '.', hangup, ...args] = process.argv.slice(2);

if (hangup === 'ignore-hangup') process.on('SIGHUP', () => undefined);
process.stdin.setRawMode(true);
process.stdin.on('data', (chunk) => appendFileSync(join(folder, 'input'), chunk));
// Its terminal is gone, but a process that ignores the hang-up goes on.
process.stdin.on('error', () => undefined);
process.stdin.on('end', () => undefined);
setInterval(() => undefined, 60_000);
writeFileSync(join(folder, 'input'), '');
// Bracketed paste on, then a sign that it is ready.
process.stdout.write('\u001b[?2004hready\n');
writeFileSync(join(folder, 'started.new'), JSON.stringify({ args, env: process.env, pid: process.pid }));
renameSync(join(folder, 'started.new'), join(folder, 'started'));
