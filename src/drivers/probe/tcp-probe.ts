import { connect } from 'node:net';
import type { Clock } from '../clock/clock.ts';
import { explainFailure, timedOut } from './probe-failure.ts';
import type { ProbeResult } from './probe.ts';

/** Whether the port accepts a TCP connection. */
export function probeTcp(
  clock: Clock,
  target: { host: string; port: number; timeoutMs: number },
): Promise<ProbeResult> {
  const place = `${target.host}:${target.port}`;
  return new Promise((resolve) => {
    const socket = connect({ host: target.host, port: target.port });
    const cancel = clock.after(target.timeoutMs, () => end(timedOut(`tcp ${place}`, target.timeoutMs)));
    function end(result: ProbeResult): void {
      cancel();
      socket.destroy();
      resolve(result);
    }
    socket.once('connect', () => end({ ok: true, message: `tcp ${place} accepts connections` }));
    socket.on('error', (cause) => end(explainFailure(`tcp ${place}`, cause)));
  });
}
