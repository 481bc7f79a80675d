type Redaction = { readonly pattern: RegExp; readonly by: string };

/** What is taken out before a screen is kept: things that look like keys, tokens, passwords, e-mail addresses and home folders. */
const REDACTIONS: readonly Redaction[] = [
  { pattern: /\b(?:sk|pk|rk)-[A-Za-z0-9_-]{8,}/g, by: '[key]' },
  {
    pattern: /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AKIA|ASIA|AIza|npm_|tskey-)[A-Za-z0-9_-]{8,}/g,
    by: '[key]',
  },
  { pattern: /\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)*/g, by: '[token]' },
  { pattern: /\b(Bearer|Basic)\s+\S+/gi, by: '$1 [token]' },
  { pattern: /\b([A-Za-z_]*(?:password|passwd|secret|token|api_?key)[A-Za-z_]*)(\s*[=:]\s*)\S+/gi, by: '$1$2[secret]' },
  { pattern: /(:\/\/)[^\s/@:]+:[^\s/@]+@/g, by: '$1[login]@' },
  { pattern: /\b[\w.+-]+@[\w-]+\.[\w.-]+/g, by: '[e-mail]' },
  { pattern: /\/(?:home|Users)\/[^\s/]+/g, by: '~' },
  // Long runs with digits in them: keys of kinds that nobody listed.
  { pattern: /\b(?=[A-Za-z_-]*\d)[A-Za-z0-9+_-]{32,}={0,2}/g, by: '[token]' },
];

/** A screen without what looks like a secret or says whose machine it is. Rules, boxes and words stay as they are. */
export function redactScreen(screen: string): string {
  return REDACTIONS.reduce((text, { pattern, by }) => text.replaceAll(pattern, by), screen);
}
