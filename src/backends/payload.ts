type Payload = Readonly<Record<string, unknown>> | undefined;

/** A text field of what a program said; undefined when it is missing or something else. */
export function textIn(payload: Payload, field: string): string | undefined {
  const value = payload?.[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A finite number in what a program said; undefined when it is missing or something else. */
export function numberIn(payload: Payload, field: string): number | undefined {
  const value = payload?.[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** An object in what a program said; undefined when it is missing or something else. */
export function objectIn(payload: Payload, field: string): Readonly<Record<string, unknown>> | undefined {
  const value = payload?.[field];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/** A list in what a program said; empty when it is missing or something else. */
export function listIn(payload: Payload, field: string): readonly unknown[] {
  const value = payload?.[field];
  return Array.isArray(value) ? value : [];
}
