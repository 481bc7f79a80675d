import type { Explanation, FieldExplanation } from '#api/explain.ts';

import type { Paint } from './paint.ts';
import { renderTable } from './render-table.ts';

/** An explanation as people read it. */
export function renderExplanation(found: Exclude<Explanation, { what: 'NotFound' }>, paint: Paint): string {
  if (found.what === 'Reason') return `${paint.bold(found.name)} (reason)\n${found.meaning}\n${found.next}\n`;
  if (found.what === 'ConditionType') return `${paint.bold(found.name)} (condition)\n${found.meaning}\n`;
  const { path, field, fields } = found;
  const notes = notesOf(field);
  const head = `${paint.bold(path)} <${field.type}>${notes === '' ? '' : ` ${notes}`}\n${field.description}\n`;
  const later = field.notSupported === undefined ? '' : `${paint.yellow(field.notSupported)}\n`;
  if (fields.length === 0) return head + later;
  const rows = fields.map((one) => [
    one.name,
    `<${one.type}>`,
    [notesOf(one), one.description].filter((text) => text !== '').join(' '),
  ]);
  return `${head}${later}\n${paint.bold('Fields')}\n${renderTable(rows, '  ')}`;
}

function notesOf(field: FieldExplanation): string {
  if (field.notSupported !== undefined) return '(not supported in this version)';
  if (field.default !== undefined) return `(default ${JSON.stringify(field.default)})`;
  return field.required ? '(required)' : '';
}
