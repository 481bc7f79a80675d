import { removeFolder } from './stage/folder.ts';

// Run by the leash of a demo when the process that started it is gone.
const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: end-demo.ts DIR, the folder of a demo');
await removeFolder(path);
