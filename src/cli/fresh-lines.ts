/**
 * The lines that came since an earlier look: everything after what both have in common. When the oldest lines were
 * dropped meanwhile, what is common is looked for further down.
 */
export function freshLines(before: readonly string[], now: readonly string[]): readonly string[] {
  const same = commonLength(before, now, 0);
  if (same > 0 || before.length === 0) return now.slice(same);
  for (let dropped = 1; dropped < before.length; dropped += 1) {
    const moved = commonLength(before, now, dropped);
    if (moved === before.length - dropped) return now.slice(moved);
  }
  return now;
}

function commonLength(before: readonly string[], now: readonly string[], dropped: number): number {
  let length = 0;
  while (dropped + length < before.length && length < now.length && before[dropped + length] === now[length])
    length += 1;
  return length;
}
