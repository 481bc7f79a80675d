import { pino } from 'pino';

import { runController } from '#controller/run-controller.ts';
import { createWorld, type WorldOptions } from '#controller/world.ts';

// The real controller as a process of its own, for a test to kill. Tells its parent when it runs, and ends with it.
const [options = '{}', logFile = '/dev/null'] = process.argv.slice(2);
const log = pino({}, pino.destination({ dest: logFile, sync: true }));
const running = await runController(createWorld(JSON.parse(options) as WorldOptions), { log, pid: process.pid });
process.on('SIGTERM', () => void running.close().then(() => process.exit(0)));
process.on('disconnect', () => process.exit(1));
process.send?.('runs');
