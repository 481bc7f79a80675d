import { stopIncusd } from './incusd/incusd.ts';

// Run by the leash of a throwaway daemon when the process that started it is gone.
const [dir] = process.argv.slice(2);
if (dir === undefined) throw new Error('usage: end-incusd.ts DIR, the folder of a throwaway daemon');
await stopIncusd(dir);
