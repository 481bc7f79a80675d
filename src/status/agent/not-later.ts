/** The time, or now when there is none or it lies in the future. After a clock that jumped back what is due after it would wait for hours: it is counted from now. */
export function notLater(at: string | undefined, now: string): string {
  return at === undefined || at > now ? now : at;
}
