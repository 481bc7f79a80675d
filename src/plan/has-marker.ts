/** True when a line of the text begins with the marker. Lines inside code fences and quotes do not count. */
export function hasMarker(text: string, marker: string): boolean {
  let fence: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const opened = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (opened !== undefined) {
      if (fence === undefined) fence = opened;
      else if (opened.startsWith(fence)) fence = undefined;
      continue;
    }
    if (fence === undefined && line.startsWith(marker)) return true;
  }
  return false;
}
