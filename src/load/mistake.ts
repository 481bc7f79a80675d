/** A place in a file, counted from 1; without line when the whole file is meant. */
export type Position = { readonly file: string; readonly line?: number; readonly column?: number };

/** Something in a manifest or prompt that can not be accepted. */
export type Mistake = Position & {
  /** The object as people write it, `agent/builder`, when it has a name. */
  readonly object?: string | undefined;
  /** The field, `spec.liveness.stallAfter`. */
  readonly path?: string;
  /** What must hold, "must be ...". */
  readonly rule: string;
  /** What was probably meant, or what to do, without a full stop. */
  readonly suggestion?: string | undefined;
};

/** One line: `file:line:column: kind/name spec.field: must be ...; did you mean "..."?`. */
export function renderMistake(mistake: Mistake): string {
  const subject = [mistake.object, mistake.path].filter((part) => part !== undefined && part !== '').join(' ');
  const text = mistake.suggestion === undefined ? mistake.rule : `${mistake.rule}; ${mistake.suggestion}`;
  return [renderPosition(mistake), subject, text].filter((part) => part !== '').join(': ');
}

/** `file:line:column`, or the file alone. */
export function renderPosition(position: Position): string {
  if (position.line === undefined) return position.file;
  return `${position.file}:${position.line}:${position.column ?? 1}`;
}

/** A field's path as people write it: `spec.env[0].name`. */
export function renderPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!/^[\w$<-]+$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** Mistakes in the order of `files`, then from top to bottom; one that stands there twice is told once. */
export function sortMistakes(mistakes: readonly Mistake[], files: readonly string[]): readonly Mistake[] {
  const distinct = new Map(mistakes.map((mistake) => [renderMistake(mistake), mistake]));
  return [...distinct.values()].sort(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
}
