import type { ScreenCause, ScreenCondition } from './screen-state.ts';

/** What one text of the interface means. */
export type TextSignature = {
  readonly pattern: RegExp;
  readonly state: ScreenCondition;
  readonly cause?: ScreenCause;
};

/** What a text was found to mean. */
export type TextMatch = { readonly state: ScreenCondition; readonly cause?: ScreenCause };

/** The meaning of the first signature that fits, or undefined. */
export function matchText(text: string, signatures: readonly TextSignature[]): TextMatch | undefined {
  const found = signatures.find(({ pattern }) => pattern.test(text));
  if (found === undefined) return undefined;
  return found.cause === undefined ? { state: found.state } : { state: found.state, cause: found.cause };
}
