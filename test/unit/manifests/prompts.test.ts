import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { PROMPT_LIMIT_BYTES, PROMPT_VARIABLES, checkTemplate, renderPrompt } from '#api/prompt-template.ts';
import { parseWaitMarker } from '#backends/parse-wait-marker.ts';

const FOLDER = new URL('../../../prompts/', import.meta.url);
const FILES = readdirSync(FOLDER).sort();

const VALUES = Object.fromEntries(Object.keys(PROMPT_VARIABLES).map((name) => [name, `<${name}>`]));

function readPrompt(file: string): string {
  return readFileSync(new URL(file, FOLDER), 'utf8');
}

function render(file: string): string {
  return renderPrompt(readPrompt(file), VALUES);
}

test('there is a prompt for every role and one for the regular wake', () => {
  const roles = ['adversary.md', 'assistant.md', 'builder.md', 'orchestrator.md', 'upgrader.md', 'wake.md'];
  assert.deepEqual(FILES, roles);
});

for (const file of FILES) {
  test(`prompts/${file} renders completely and is short enough for one argument`, () => {
    assert.deepEqual(checkTemplate(readPrompt(file), Object.keys(PROMPT_VARIABLES)), []);
    const text = render(file);
    assert.doesNotMatch(text, /[{]{2}|[}]{2}/);
    assert.ok(Buffer.byteLength(text) < PROMPT_LIMIT_BYTES / 10);
  });
}

const LOOPS = ['builder.md', 'adversary.md'];
const RUNS = ['assistant.md', 'upgrader.md'];
const WORKERS = [...LOOPS, 'orchestrator.md', ...RUNS];

const PROTOCOL = [
  { files: WORKERS, says: /never force-push/i, reason: 'pushed history stays as it is' },
  { files: WORKERS, says: /`git pull --rebase` before every edit/, reason: 'pushes of several writers do not collide' },
  { files: WORKERS, says: /no secret/i, reason: 'a secret is referred to, never shown' },
  { files: WORKERS, says: /<run\.restartReason>/, reason: 'who is restarted knows why' },
  { files: WORKERS, says: /<run\.openItems>/, reason: 'a hand-off that was cut off is settled' },
  { files: LOOPS, says: /git is the truth/, reason: 'a restart re-orients from git' },
  { files: LOOPS, says: /`<phase\.statusFile>`/, reason: 'the status file of the phase is named' },
  { files: LOOPS, says: /<phase\.plan>.*<phase\.references>/s, reason: 'the plan and the master plan both hold' },
  { files: LOOPS, says: /One writer per file/, reason: 'single-writer files keep pushes free of conflicts' },
  {
    files: LOOPS,
    says: /BUILDER-INBOX\.md.*ADVERSARY-INBOX\.md|ADVERSARY-INBOX\.md.*BUILDER-INBOX\.md/s,
    reason: 'both inboxes are known',
  },
  { files: LOOPS, says: /at most 10 minutes ahead/, reason: 'a wait is short' },
  {
    files: LOOPS,
    says: /Set a wake-up in this session for that time/,
    reason: 'the timer and the marker name one time',
  },
  { files: LOOPS, says: /80 percent full/, reason: 'a loop compacts itself in time' },
  { files: LOOPS, says: /`## Blocked`/, reason: 'what a person has to give is parked, not improvised' },
  { files: LOOPS, says: /`## DONE`/, reason: 'both know what ends a phase' },
  { files: ['builder.md'], says: /^ {4}claim\(<scope>\): /m, reason: 'the subject of a claim is fixed' },
  { files: ['builder.md'], says: /committed and pushed/, reason: 'the adversary builds cold from git' },
  { files: ['adversary.md'], says: /^ {4}review\(<scope>\): PASS /m, reason: 'the subject of a verdict is fixed' },
  { files: ['adversary.md'], says: /^ {4}review\(<scope>\): FAIL /m, reason: 'the subject of a verdict is fixed' },
  { files: ['adversary.md'], says: /^ {4}review\(<scope>\): VETO /m, reason: 'the subject of a verdict is fixed' },
  { files: ['orchestrator.md'], says: /wipes the disk/, reason: 'a recreate is the last resort' },
  { files: RUNS, says: /^ {4}RUN-COMPLETE: /m, reason: 'a run says when it is over' },
];

for (const { files, says, reason } of PROTOCOL) {
  for (const file of files) {
    test(`prompts/${file} carries the protocol: ${reason} (${says.source})`, () => {
      assert.match(render(file), says);
    });
  }
}

for (const file of [...LOOPS, ...RUNS]) {
  test(`prompts/${file} shows a declared wait that is understood when it is followed`, () => {
    const line = /^ {4}WAITING-UNTIL: .*such as (\S+)>$/m.exec(render(file));
    assert.notEqual(parseWaitMarker(`WAITING-UNTIL: ${line?.[1] ?? ''}`, 'WAITING-UNTIL:'), 'Malformed');
  });
}
