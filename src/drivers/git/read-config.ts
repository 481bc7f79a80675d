/** The few settings of a repository's own configuration file that are looked at. */
export type RepositoryConfig = {
  readonly originUrl?: string;
  /** `reftable` keeps refs in another format than files. */
  readonly refStorage?: string;
  /** True when the file pulls in others, so that a setting may stand elsewhere. */
  readonly includes: boolean;
};

/** Parses the text of a git configuration file, for the first `remote.origin.url` and the ref format. Never fails: what is odd is passed over. */
export function parseRepositoryConfig(text: string): RepositoryConfig {
  const settings = readSettings(text);
  const originUrl = settings.find(([key]) => key === 'remote.origin.url')?.[1];
  const refStorage = settings.findLast(([key]) => key === 'extensions.refstorage')?.[1]?.toLowerCase();
  return {
    ...(originUrl === undefined ? {} : { originUrl }),
    ...(refStorage === undefined ? {} : { refStorage }),
    includes: settings.some(([key]) => /^include(if\..*)?\.path$/s.test(key)),
  };
}

/** All settings in order, as `section.subsection.key` and value. */
function readSettings(text: string): readonly (readonly [string, string])[] {
  const settings: [string, string][] = [];
  let section = '';
  for (const line of joinedLines(text)) {
    const header = /^\s*\[\s*([^\s"\]]+)\s*(?:"((?:[^"\\]|\\.)*)"\s*)?\](.*)$/.exec(line);
    if (header !== null) section = sectionName(header[1] ?? '', header[2]);
    const setting = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*=\s*(.*)$/.exec(header === null ? line : (header[3] ?? ''));
    if (setting !== null)
      settings.push([`${section}.${(setting[1] ?? '').toLowerCase()}`, configValue(setting[2] ?? '')]);
  }
  return settings;
}

function sectionName(name: string, subsection: string | undefined): string {
  const lower = name.toLowerCase();
  return subsection === undefined ? lower : `${lower}.${subsection.replace(/\\(.)/g, '$1')}`;
}

function joinedLines(text: string): string[] {
  return text.replace(/\r\n/g, '\n').replace(/\\\n/g, '').split('\n');
}

/** A value as git reads it: quotes and escapes resolved, comment and outer blanks dropped. */
function configValue(raw: string): string {
  let value = '';
  let kept = 0;
  let quoted = false;
  for (let at = 0; at < raw.length; at += 1) {
    const char = raw[at] ?? '';
    if (!quoted && (char === '#' || char === ';')) break;
    if (char === '"') {
      quoted = !quoted;
      kept = value.length;
    } else {
      value += char === '\\' ? escaped(raw[(at += 1)] ?? '') : char;
      if (quoted || !/\s/.test(char)) kept = value.length;
    }
  }
  return value.slice(0, kept);
}

function escaped(char: string): string {
  return { n: '\n', t: '\t', b: '\b' }[char] ?? char;
}
