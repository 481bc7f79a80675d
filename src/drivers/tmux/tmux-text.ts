/**
 * Protects one argument of a tmux command line. tmux takes a final `;` for its own command separator, so it is written
 * as `\;` (facts: agent-clis 2); everything else reaches tmux byte for byte.
 */
export function escapeArgument(argument: string): string {
  return argument.endsWith(';') ? `${argument.slice(0, -1)}\\;` : argument;
}

/**
 * Protects text that tmux expands as a format (`new-session -s` and `-c` do): `#{...}` would be replaced and `#(...)`
 * would be run by a shell. A run of `#` before `[` is left alone by tmux 3.3a and so by this function.
 */
export function escapeFormat(text: string): string {
  return text.replace(/#+(?=[^#[]|$)/g, (hashes) => hashes + hashes);
}

/**
 * Quotes text for a command that tmux parses itself (the branches of `if-shell`): double quotes, and every byte that
 * is not a plain letter, digit or one of `@_%-./` as `\ooo`, so that no quoting rule of the parser is ever met.
 */
export function quoteForCommand(text: string): string {
  const bytes = Array.from(Buffer.from(text, 'utf8'), (byte) => {
    const character = String.fromCharCode(byte);
    return /[\w@%./-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${bytes.join('')}"`;
}

/** True when a session of that name keeps it: tmux rewrites `.`, `:`, `\`, `$NAME`, control and unprintable characters. */
export function isSessionName(name: string): boolean {
  if (name === '' || !name.isWellFormed() || Buffer.byteLength(name) > 200) return false;
  if (/[.:\\]|\$[A-Za-z_{]/.test(name)) return false;
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(name);
}

/**
 * Text as it may be typed into a terminal: line ends become `\n`, and control characters become their visible pictures.
 * A pasted ESC could end the bracketed paste and go on as keys, and `^C` is a signal to a program that reads lines.
 */
export function literalText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0080-\u009f]/g, '\u{fffd}')
    .replace(/\u007f/g, '\u{2421}')
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)));
}
