import { shellQuote } from '#backends/shell-quote.ts';

/** What the launcher sets up before it becomes the agent. */
export type LauncherRequest = {
  /** For the comment at the top. */
  readonly title: string;
  /** Variables that env files may override. */
  readonly base: Readonly<Record<string, string>>;
  /** Variables that nothing overrides. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables whose value is the content of a file, read at each start and never stored. */
  readonly valueFiles: readonly { readonly name: string; readonly file: string }[];
  /** Files of KEY=value lines, read and not executed. */
  readonly envFiles: readonly string[];
  /** Program and arguments. */
  readonly argv: readonly string[];
};

// Lines are taken apart with parameter expansion only: nothing in an env file is ever executed or expanded.
const ENV_FILE_READER = [
  'ccci_env_file() {',
  `  [ -r "$1" ] || { printf 'ccci: could not read the env file %s\\n' "$1" >&2; exit 78; }`,
  '  while IFS= read -r line || [ -n "$line" ]; do',
  '    line=${line%"$cr"}',
  '    line=${line#"${line%%[! ]*}"}',
  `    case $line in '' | '#'*) continue ;; 'export '*) line=\${line#export } ;; esac`,
  '    case $line in *=*) ;; *) continue ;; esac',
  '    key=${line%%=*}',
  '    value=${line#*=}',
  `    case $key in '' | [0-9]* | *[!A-Za-z0-9_]* | CCCI_*) continue ;; esac`,
  '    case $value in',
  String.raw`      \"*\") value=${'$'}{value#\"}; value=${'$'}{value%\"} ;;`,
  String.raw`      \'*\') value=${'$'}{value#\'}; value=${'$'}{value%\'} ;;`,
  '    esac',
  '    export "$key=$value"',
  '  done <"$1"',
  '}',
].join('\n');

/** A short POSIX sh program that sets the environment and then becomes the agent, so that the pane's pid is the agent's. */
export function renderLauncher(request: LauncherRequest): string {
  const lines = ['#!/bin/sh', `# ${request.title.replaceAll(/[^ -~]/g, '?')}`];
  lines.push(...exports(request.base));
  // Values are read before the env files, which may set a PATH without cat, and exported after them, since they win.
  for (const [index, { name, file }] of request.valueFiles.entries()) {
    lines.push(
      `ccci_value_${String(index)}=$(cat -- ${shellQuote(file)}) || { printf 'ccci: could not read the value of ${name}\\n' >&2; exit 78; }`,
    );
  }
  if (request.envFiles.length > 0) lines.push(String.raw`cr=$(printf '\r')`, ENV_FILE_READER);
  for (const file of request.envFiles) lines.push(`ccci_env_file ${shellQuote(file)}`);
  for (const [index, { name }] of request.valueFiles.entries())
    lines.push(`export ${name}="$ccci_value_${String(index)}"`);
  lines.push(...exports(request.environment));
  lines.push(`exec ${request.argv.map(shellQuote).join(' ')}`, '');
  return lines.join('\n');
}

function exports(variables: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(variables).map(([name, value]) => `export ${name}=${shellQuote(value)}`);
}
