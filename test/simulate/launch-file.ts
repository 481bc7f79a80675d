/** What a rendered launcher does, read back: its variables and the program that it becomes. */
export type ReadLaunch = { readonly env: Readonly<Record<string, string>>; readonly argv: readonly string[] };

const WORD = /(?:'[^']*'|\\')+/g;
const EXPORT = /^export (\w+)=((?:'[^']*'|\\')+)$/gm;

/** Reads a launcher script without a shell: it is made of single-quoted words only. */
export function readLaunch(script: string): ReadLaunch {
  const env = Object.fromEntries([...script.matchAll(EXPORT)].map(([, name = '', word = '']) => [name, plain(word)]));
  const exec = script.slice(script.lastIndexOf('\nexec ') + 6);
  return { env, argv: [...exec.matchAll(WORD)].map(([word]) => plain(word)) };
}

function plain(word: string): string {
  return word.replaceAll(/'([^']*)'|\\'/g, (_all, text: string | undefined) => text ?? "'");
}
