/** Where an agent's script stands, and the folder that it writes to for one incarnation. */
export type SignalPaths = { readonly script: string; readonly folder: string; readonly root: string };

/** The places of an agent's channel below the state directory. */
export function signalPaths(stateDir: string, agent: string, incarnation: string): SignalPaths {
  const run = `${stateDir}/run/${agent}`;
  return { script: `${run}/signal.sh`, root: `${run}/signals`, folder: `${run}/signals/${incarnation}` };
}

/**
 * Keeps what an agent's program says about itself. Called as `signal.sh FOLDER KIND NAME [PAYLOAD]`; the payload is on
 * stdin when it is no argument, and is cut at 64 KiB. `event` makes one file each, of which some 300 are kept; `slot`
 * overwrites one file; `statusLine` is a slot that also runs the user's own command (its fourth argument) on the same
 * input. Each file begins with a line that holds the time since boot, so that a clock that jumps mixes nothing up.
 * Nothing is printed and the end is always 0: for some hooks 2 would mean that the tool must not run.
 */
export const SIGNAL_SCRIPT = [
  '#!/bin/sh',
  "# Keeps what the agent's program says about itself, for ccci. Prints nothing, never fails, waits for nobody.",
  'exec 2>/dev/null',
  'umask 077',
  'folder=$1 kind=$2 name=$3',
  "case $name in '' | *[!A-Za-z0-9_.-]*) exit 0 ;; esac",
  '[ -d "$folder" ] || mkdir -p "$folder" || exit 0',
  'up=0',
  '[ -r /proc/uptime ] && read -r up rest </proc/uptime',
  'new=$folder/t-$$',
  'if [ "$kind" != statusLine ] && [ $# -gt 3 ]; then',
  String.raw`  { printf '%s %s\n' "$up" "$name"; printf %s "$4" | head -c 65536; } >"$new"`,
  'else',
  String.raw`  { printf '%s %s\n' "$up" "$name"; head -c 65536; } >"$new"`,
  '  cat >/dev/null',
  'fi',
  'if [ "$kind" = event ]; then',
  '  mv -f "$new" "$folder/e-$up-$$-$name"',
  '  set -- "$folder"/[et]-*',
  '  if [ $# -gt 320 ]; then',
  '    ls -tr "$folder" | grep "^[et]-" | head -n 40 | while IFS= read -r old; do rm -f "$folder/$old"; done',
  '  fi',
  '  exit 0',
  'fi',
  'mv -f "$new" "$folder/s-$name"',
  'if [ "$kind" = statusLine ] && [ -n "$4" ]; then',
  '  { read -r rest; /bin/sh -c "$4"; } <"$folder/s-$name"',
  'fi',
  'exit 0',
  '',
].join('\n');
