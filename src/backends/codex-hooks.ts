import type { Launch, SignalChannel } from './backend.ts';

type Hook = {
  /** `event` is said once per turn, dialog or compaction and kept; of a `slot` only the newest counts. */
  readonly kind: 'event' | 'slot';
  /** What codex takes the fingerprint of: see `codexHookIdentity`. */
  readonly hash: string;
};

/** The hooks of codex (0.169.0) that ccci uses, each with its fingerprint. */
export const CODEX_HOOKS: Readonly<Record<string, Hook>> = {
  SessionStart: { kind: 'event', hash: 'b3cf4dbeb98953216319a2763a03519a59dc11b88163223c1f5e166b01214813' },
  UserPromptSubmit: { kind: 'event', hash: '613cced47466bbb13c2593a7ea1444f8ee775ea1b51e552dfaec1ab7e944151b' },
  Stop: { kind: 'event', hash: 'a233a91620c070e9d68cff8b9d64f98c5900f2d225a6586b93fa98c8b4ed5f82' },
  Interrupt: { kind: 'event', hash: 'cd03091abbeb3df116414aef8d3174debeb749ae48817087c408b5ba2cd287d6' },
  PermissionRequest: { kind: 'event', hash: 'abda858919dc8737695f4789e4bcfa79127b35e5ccd5e0e5801fbc513e301a28' },
  PreCompact: { kind: 'event', hash: '3dd9285cea31529204a99cc51541d76a240bc0167facd0ada997188513c151f6' },
  PostCompact: { kind: 'event', hash: '164eb7303a48a8df86acd53cf46319c28937f34a9cebd2d9a074d8964e5e4e43' },
  SessionEnd: { kind: 'event', hash: 'c97173bf36f0ecc909c06523e06a8f3db48cedd2f89e01f64705352d4dd7f40b' },
  PreToolUse: { kind: 'slot', hash: 'd1eb9bee082b962c7c2405692cb0f593bc2f77c62bc426e24ec9cdeb2f0a123e' },
  PostToolUse: { kind: 'slot', hash: '24afb34a1f99c3f5e39a2a7457caf9dd6310cac1b9a943869832c71285a7d744' },
};

/** A hook that takes longer is given up; the turn goes on. Codex cuts 3 seconds for `SessionEnd` anyway. */
const TIMEOUT_S = 3;

/** Where codex looks up whether a hook of the command line may run. */
const SOURCE = '/<session-flags>/config.toml';

/**
 * Hooks for one launch, beside the user's own, which still run and still need the user's review. Codex runs a hook only
 * when a fingerprint of it is trusted; ours come with theirs, so that nothing has to be bypassed and no other hook gets
 * trusted along. The commands are the same for every agent, because a fingerprint belongs to a command: what differs
 * stands in the environment.
 */
export function codexHooks({ script, folder }: SignalChannel): Pick<Launch, 'argv' | 'env'> {
  const hooks = Object.entries(CODEX_HOOKS);
  const defined = hooks.flatMap(([event, { kind }]) => {
    const command = JSON.stringify(codexHookCommand(event, kind));
    return ['-c', `hooks.${event}=[{hooks=[{type="command",command=${command},timeout=${TIMEOUT_S}}]}]`];
  });
  const trusted = hooks.map(
    ([event, { hash }]) => `"${SOURCE}:${snakeCase(event)}:0:0"={trusted_hash="sha256:${hash}"}`,
  );
  return {
    argv: [...defined, '-c', `hooks.state={${trusted.join(',')}}`],
    env: { CCCI_SIGNAL_SCRIPT: script, CCCI_SIGNAL_FOLDER: folder },
  };
}

/** What codex fingerprints for a hook, as compact JSON with sorted keys; the fingerprint is its SHA-256 in hex. */
export function codexHookIdentity(event: string, kind: Hook['kind']): string {
  const hook = { async: false, command: codexHookCommand(event, kind), timeout: TIMEOUT_S, type: 'command' };
  return JSON.stringify({ event_name: snakeCase(event), hooks: [hook] });
}

// For some hooks an end with 2 means that the tool must not run, so the end is always 0.
function codexHookCommand(event: string, kind: Hook['kind']): string {
  const call = `/bin/sh "$CCCI_SIGNAL_SCRIPT" "$CCCI_SIGNAL_FOLDER" ${kind} ${event}`;
  return `[ -r "$CCCI_SIGNAL_SCRIPT" ] && ${call}; exit 0`;
}

function snakeCase(event: string): string {
  return event.replaceAll(/(?<=.)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
