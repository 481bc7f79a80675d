import type { SignalChannel } from './backend.ts';
import { shellQuote } from './shell-quote.ts';

/**
 * The shell command with which a hook says something. It ends with 0 whatever happens, also when the script is gone: a
 * shell that can not open its script ends with 2, which for some hooks means that the tool must not run.
 */
export function signalCall(channel: SignalChannel, kind: 'event' | 'slot' | 'statusLine', name: string): string {
  const more = kind === 'statusLine' && channel.statusLine !== undefined ? [channel.statusLine] : [];
  const words = [channel.script, channel.folder, kind, name, ...more].map(shellQuote).join(' ');
  return `if [ -r ${shellQuote(channel.script)} ]; then /bin/sh ${words}; fi; exit 0`;
}
