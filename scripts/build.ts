import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

// tsc rewrites relative imports only, so the built package maps "#folder/file.ts" itself.
rmSync('dist', { recursive: true, force: true });
execFileSync('tsc', ['--project', 'tsconfig.build.json'], { stdio: 'inherit' });
writeFileSync('dist/package.json', `${JSON.stringify({ type: 'module', imports: { '#*.ts': './*.js' } }, null, 2)}\n`);
