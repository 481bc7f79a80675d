import { usageError } from './cli-error.ts';

/** Decides by labels. */
export type LabelSelector = (labels: Readonly<Record<string, string>> | undefined) => boolean;

const TERM = /^\s*(!?)([A-Za-z0-9._/-]+)\s*(?:(==|=|!=)\s*([A-Za-z0-9._-]*))?\s*$/;

/** Reads `key=value`, `key!=value`, `key` and `!key`, joined by commas: all must hold. Throws a usage error for anything else. */
export function readLabelSelector(text: string): LabelSelector {
  const terms = text.split(',').map((term) => readTerm(term, text));
  return (labels) => terms.every((term) => term(labels));
}

function readTerm(term: string, whole: string): LabelSelector {
  const [match, not, key = '', operator, value = ''] = TERM.exec(term) ?? [];
  if (match === undefined || (not === '!' && operator !== undefined))
    throw usageError(`could not read the selector ${JSON.stringify(whole)}`, 'write it as role=loop,crew!=old');
  return (labels) => {
    const found = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (operator === undefined) return (found !== undefined) !== (not === '!');
    return operator === '!=' ? found !== value : found === value;
  };
}
