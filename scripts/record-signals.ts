import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { CLAUDE_STREAMS } from '../test/support/recordings/claude-streams.ts';
import { recordStream } from '../test/support/recordings/record-stream.ts';

// Records what real claude says and shows: `node scripts/record-signals.ts [name ...]`, all streams without a name.
const wanted = process.argv.slice(2);
const folder = join(import.meta.dirname, '../test/fixtures/signals/claude');
for (const stream of CLAUDE_STREAMS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const text = await recordStream(stream);
  writeFileSync(join(folder, `${stream.name}.jsonl`), text);
  console.error(`${stream.name}: ${text.split('\n').length - 2} looks, ${Math.round(text.length / 1024)} KiB`);
}
