import type { Clock } from '../clock/clock.ts';
import { probeHttp } from './http-probe.ts';
import type { Prober } from './probe.ts';
import { probeSsh } from './ssh-probe.ts';
import { probeTcp } from './tcp-probe.ts';

/** A prober of real things. Each call looks once, within its own time limit, and never throws. */
export function createProber(clock: Clock): Prober {
  return {
    tcp: (target) => probeTcp(clock, target),
    http: (target) => probeHttp(clock, target),
    ssh: (target) => probeSsh(target),
  };
}
