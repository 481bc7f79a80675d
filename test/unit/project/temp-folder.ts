import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';

/** A folder of this test file's own, removed when its tests are done. */
export function makeTempFolder(label: string): string {
  const folder = mkdtempSync(join(tmpdir(), `ccci-test-${process.pid}-${label}-`));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files below a folder, by relative path; a text that starts with "#!" becomes executable. */
export function writeTree(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  }
}
