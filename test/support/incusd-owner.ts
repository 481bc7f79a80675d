import { IMAGES, startIncusd } from '../../demo/incusd/incusd.ts';

// A process of its own that owns a throwaway daemon with a running container, for a test to kill. Prints the folder.
const [parent = '', prefix = ''] = process.argv.slice(2);
const { admin, dir, project } = await startIncusd({ parent, prefix, project: 'terraform-ci', memoryCap: '1GiB' });
const source = { type: 'image', alias: IMAGES.stuck };
const body = { name: 'orphan', source, config: { 'limits.memory': '16MiB' }, start: true };
await admin.run({ method: 'POST', path: `/1.0/instances?project=${project}`, body });
console.log(dir);
setInterval(() => undefined, 60_000);
