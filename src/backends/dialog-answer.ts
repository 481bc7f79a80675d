import type { DialogName } from './screen-state.ts';

/**
 * How one answer is given: by the option that has to be the selected one before Enter (the pattern matches the line of
 * the selected option and nothing else on the screen), or by one key (a tmux key name) that means it whatever is
 * selected.
 */
export type DialogChoice = { readonly option: RegExp } | { readonly key: string };

/** The answers that ccci can give to the dialogs of one program. `Close` makes a dialog go away without an answer. */
export type DialogAnswers = Readonly<
  Partial<Record<DialogName, Readonly<Partial<Record<'Yes' | 'No' | 'Close', DialogChoice>>>>>
>;
