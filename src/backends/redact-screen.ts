type Redaction = { readonly pattern: RegExp; readonly by: string };

const UUID = String.raw`[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b`;

/** Things that look like keys, tokens and passwords. */
const SECRETS: readonly Redaction[] = [
  { pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, by: '[key]' },
  { pattern: /\b(?:sk|pk|rk)-[A-Za-z0-9_-]{8,}/g, by: '[key]' },
  {
    pattern: /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AKIA|ASIA|AIza|npm_|tskey-)[A-Za-z0-9_-]{8,}/g,
    by: '[key]',
  },
  { pattern: /\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)*/g, by: '[token]' },
  { pattern: /\b(Bearer|Basic)\s+\S+/gi, by: '$1 [token]' },
  { pattern: /\b([A-Za-z_]*(?:password|passwd|secret|token|api_?key)[A-Za-z_]*)(\s*[=:]\s*)\S+/gi, by: '$1$2[secret]' },
  { pattern: /(:\/\/)[^\s/@:]+:[^\s/@]+@/g, by: '$1[login]@' },
  // Long runs with digits in them: keys of kinds that nobody listed. The id of a conversation is what a person resumes it by.
  { pattern: new RegExp(String.raw`\b(?!${UUID})(?=[A-Za-z_-]*\d)[A-Za-z0-9+_-]{32,}={0,2}`, 'g'), by: '[token]' },
  { pattern: /(?<![\w/.+-])(?=[A-Za-z+/]*\d)(?=[a-z0-9+/]*[A-Z])[A-Za-z0-9+][A-Za-z0-9+/]{39,}={0,2}/g, by: '[token]' },
];

/** What says whose machine it is. */
const PERSONS: readonly Redaction[] = [
  { pattern: /\b[\w.+-]+@[\w-]+\.[\w.-]+/g, by: '[e-mail]' },
  { pattern: /\/(?:home|Users)\/[^\s/]+/g, by: '~' },
  { pattern: new RegExp(String.raw`\b${UUID}`, 'g'), by: '[id]' },
];

/** A text without what looks like a secret: for what is kept of it, told or logged. */
export function redactSecrets(text: string): string {
  return redact(text, SECRETS);
}

/** A screen without what looks like a secret or says whose machine it is. Rules, boxes and words stay as they are. */
export function redactScreen(screen: string): string {
  return redact(redactSecrets(screen), PERSONS);
}

function redact(text: string, redactions: readonly Redaction[]): string {
  return redactions.reduce((rest, { pattern, by }) => rest.replaceAll(pattern, by), text);
}
