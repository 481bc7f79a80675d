import type { BackendType } from '#api/agent-backend.ts';

import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { runChecks, type CheckResult } from '../doctor-checks.ts';
import { EXIT } from '../exit-code.ts';
import { outputFlag } from '../flags.ts';
import { isReadable } from '../is-readable.ts';
import { outputOf } from '../output.ts';
import { createPaint } from '../paint.ts';
import { printable } from '../printable.ts';
import { renderTable } from '../render-table.ts';
import { noWords } from '../words.ts';

const FORMS = ['text', 'json'] as const;

/** `ccci doctor`. */
export const doctor = defineCommand<{ readonly output: (typeof FORMS)[number] }>({
  summary: 'check what agents need, and whether their state can be told',
  usage: ['doctor [-o json]'],
  flags: { output: outputFlag(FORMS, 'text') },
  examples: [
    { does: 'all checks, each with what corrects it', line: 'doctor' },
    { does: 'for a script; the exit code is 1 when a check failed', line: 'doctor -o json' },
  ],
  options(parsed) {
    noWords(parsed, 'doctor');
    return { output: outputOf(parsed, FORMS) };
  },
  async run({ output }, context) {
    const checks = await runChecks(await worldOf(context));
    context.terminal.out(output === 'json' ? `${JSON.stringify({ checks }, null, 2)}\n` : render(checks, context));
    return checks.some(({ result }) => result === 'failed') ? EXIT.failed : EXIT.ok;
  },
});

async function worldOf(context: Context) {
  const [{ createPrograms }, { createFiles }] = await Promise.all([
    import('#drivers/program/real-program.ts'),
    import('#drivers/files/real-files.ts'),
  ]);
  const store = await context.openStore();
  const agents = (await store.list('Agent')).filter(isReadable);
  const environment = Object.fromEntries(
    Object.entries(context.environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return {
    agents,
    programs: (path?: string) => createPrograms(path === undefined ? environment : { ...environment, PATH: path }),
    files: createFiles(),
    stateDir: context.settings.stateDir,
    backends: [...new Set(agents.map(({ spec }) => (spec['backend'] as { readonly type: BackendType }).type))].sort(),
  };
}

const MARKS = { ok: 'green', warning: 'yellow', failed: 'red' } as const;

function render(checks: readonly CheckResult[], { terminal }: Context): string {
  const paint = createPaint(terminal.color);
  const rows = checks.map(({ check, result, message, fix }) => [
    printable(check),
    paint[MARKS[result]](result),
    printable(fix === undefined || result === 'ok' ? message : `${message}; ${fix}`),
  ]);
  return renderTable([['CHECK', 'RESULT', 'FOUND'].map((cell) => paint.dim(cell)), ...rows]);
}
