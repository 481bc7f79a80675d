import type { Clock } from '#drivers/clock/clock.ts';
import type { Prober } from '#drivers/probe/probe.ts';

/** A prober that is loaded with its first probe: most commands never probe. */
export function lazyProber(clock: Clock): Prober {
  let loaded: Promise<Prober> | undefined;
  const prober = () =>
    (loaded ??= import('#drivers/probe/real-prober.ts').then(({ createProber }) => createProber(clock)));
  return {
    tcp: async (target) => (await prober()).tcp(target),
    http: async (target) => (await prober()).http(target),
    ssh: async (target) => (await prober()).ssh(target),
  };
}
