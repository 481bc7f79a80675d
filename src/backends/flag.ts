/** A flag with its value as two arguments, or nothing when there is no value. */
export function flag(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}
