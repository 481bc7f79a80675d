import type { GateSpec } from './gate.ts';

/** What a verdict says. `Unclear` is a review commit that none of the patterns fits. */
export type Verdict = 'Pass' | 'Fail' | 'Veto' | 'Unclear';

/** What a commit's subject says to a gate. */
export type GateWord =
  | { readonly kind: 'Claim'; readonly scope: string }
  | { readonly kind: 'Verdict'; readonly scope: string; readonly verdict: Verdict };

type Words = Pick<GateSpec, 'claim' | 'verdict' | 'scope'>;

/** What a commit's subject says to this gate; undefined when it says nothing, or is about a scope of another gate. */
export function parseSubject(subject: string, spec: Words): GateWord | undefined {
  const claim = scopeAfter(subject, spec.claim.prefix);
  if (claim !== undefined)
    return matchesScope(claim.scope, spec.scope) ? { kind: 'Claim', scope: claim.scope } : undefined;
  const review = scopeAfter(subject, spec.verdict.prefix);
  if (review === undefined || !matchesScope(review.scope, spec.scope)) return undefined;
  return { kind: 'Verdict', scope: review.scope, verdict: verdictOf(review.text, spec.verdict) };
}

function scopeAfter(subject: string, prefix: string): { scope: string; text: string } | undefined {
  if (!subject.startsWith(`${prefix}(`)) return undefined;
  const close = subject.indexOf('):', prefix.length);
  if (close < 0) return undefined;
  return { scope: subject.slice(prefix.length + 1, close).trim(), text: subject.slice(close + 2).trim() };
}

// A pattern that fits too much must not let anything pass: VETO and FAIL are looked for first.
function verdictOf(text: string, patterns: Words['verdict']): Verdict {
  if (new RegExp(patterns.veto, 'u').test(text)) return 'Veto';
  if (new RegExp(patterns.fail, 'u').test(text)) return 'Fail';
  return new RegExp(patterns.pass, 'u').test(text) ? 'Pass' : 'Unclear';
}

function matchesScope(scope: string, wanted: string): boolean {
  if (wanted === '*' || scope === wanted || scope === '*') return true;
  return wanted.endsWith('*') && scope.startsWith(wanted.slice(0, -1));
}
