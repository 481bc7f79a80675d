import type { JsonObject, StoredObject } from '#store/store.ts';

/** Names of the guards in a few words. */
const GUARDS: Readonly<Record<string, string>> = {
  None: 'no guard',
  AuthorNames: 'guard: author names',
  Signatures: 'guard: signatures',
};

/** A gate on one line: where its scopes stand, who answered for the verifier, and how it is told whose commit it is. */
export function gateDetail({ status }: Pick<StoredObject, 'status'>): string {
  const scopes = listIn(status?.['scopes']).map(scopeWords);
  const carried = listIn(status?.['carried']).map((scope) => `${scopeWords(scope)} (before this phase)`);
  const guard = GUARDS[String(status?.['guard'])];
  return [[...scopes, ...carried].join(', '), ...(guard === undefined ? [] : [`[${guard}]`])]
    .filter((part) => part !== '')
    .join(' ');
}

function scopeWords(scope: JsonObject): string {
  const { override } = scope;
  const by = typeof override === 'object' && override !== null && 'by' in override ? ` by ${String(override.by)}` : '';
  const state = scope['state'] === 'EvidenceRunning' ? 'waits for evidence' : String(scope['state']).toLowerCase();
  return `${String(scope['scope'])} ${state}${by}`;
}

function listIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}
