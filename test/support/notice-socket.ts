import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { eventually } from './eventually.ts';

/** A socket that takes notices as systemd's own does. */
export type NoticeSocket = {
  readonly path: string;
  /** Every assignment that came, in its order; those of one notice stand together. */
  notices(): readonly string[];
  end(): Promise<void>;
};

// Node has no datagram sockets of the file system; perl is in every Debian system. What the sender hands over beside
// the text (the barrier of systemd-notify) is closed by the kernel when nobody takes it.
const RECEIVER = `
use Socket; $| = 1;
socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die; bind($socket, sockaddr_un($ARGV[0])) or die;
print "listening\\n";
while (defined recv($socket, my $text, 65536, 0)) { print "$text\\n" }
`;

/** Opens the socket. Nothing of it outlives `end`. */
export async function openNoticeSocket(): Promise<NoticeSocket> {
  const folder = mkdtempSync(join(tmpdir(), 'ccci-test-notice-'));
  const path = join(folder, 'notify');
  const child = spawn('perl', ['-e', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await eventually('the socket takes notices', async () => text.startsWith('listening\n'));
  return {
    path,
    notices: () =>
      text
        .split('\n')
        .slice(1)
        .filter((line) => line !== '' && line !== 'BARRIER=1'),
    async end() {
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
}

/** Why notices can not be tried on this machine; undefined when they can. */
export function withoutNotices(): string | undefined {
  try {
    execFileSync('sh', ['-c', 'command -v systemd-notify && command -v perl'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'systemd-notify or perl is not installed: notices were not sent to a real socket';
  }
}
