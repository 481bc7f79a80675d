import { stringify } from 'yaml';

/** YAML text of a value as `get -o yaml` and `edit` show it; several texts in a row are joined by `---`. */
export function renderYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
