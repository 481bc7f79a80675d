/** The value that a file of `KEY=value` lines gives a variable, read as a launcher reads env files: nothing in it is expanded or run. The last line counts. */
export function envFileValue(text: string, name: string): string | undefined {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, '').replace(/^ +/, ''));
  const values = lines.flatMap((line) => {
    const [, key, value = ''] = /^(?:export )?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(line) ?? [];
    return key === name ? [unquoted(value)] : [];
  });
  return values.at(-1);
}

function unquoted(value: string): string {
  const quote = value[0];
  const isQuoted = value.length > 1 && (quote === '"' || quote === "'") && value.endsWith(quote);
  return isQuoted ? value.slice(1, -1) : value;
}
