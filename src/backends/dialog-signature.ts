import type { DialogName, ScreenCondition } from './screen-state.ts';

/** How one dialog is known: every pattern must match some line of it; the first one names the evidence. */
export type DialogSignature = {
  readonly dialog: DialogName;
  readonly patterns: readonly [RegExp, ...RegExp[]];
  /** What the dialog means when it is more than a question. */
  readonly state?: ScreenCondition;
};

/** A dialog that was recognised, with the line that shows it. */
export type DialogMatch = { readonly dialog: DialogName; readonly state: ScreenCondition; readonly evidence: string };

/** The first signature that all its patterns confirm in these lines, or undefined. */
export function findDialog(lines: readonly string[], signatures: readonly DialogSignature[]): DialogMatch | undefined {
  for (const { dialog, patterns, state } of signatures) {
    if (!patterns.every((pattern) => lines.some((line) => pattern.test(line)))) continue;
    const evidence = lines.find((line) => patterns[0].test(line)) ?? '';
    return { dialog, state: state ?? 'AwaitingInput', evidence: evidence.trim() };
  }
  return undefined;
}
