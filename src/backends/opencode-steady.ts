import { toScreenLines } from './screen-lines.ts';

/** Opencode's screen without the moving bar and the time until it tries again. */
export function steadyOpencode(screen: string): string {
  return toScreenLines(screen)
    .map((line) => line.replace(/^(\s*)[⬝■]+/u, '$1').replace(/\[retrying in [^\]]* (attempt #\d+)\]/, '[$1]'))
    .join('\n');
}
