import { createFakeEvidence } from '../fakes/fake-evidence.ts';
import { evidenceContract } from './evidence-contract.ts';

evidenceContract('the fake', async () => {
  const evidence = createFakeEvidence();
  const root = '/state/evidence/handoff';
  return {
    ...evidence,
    root,
    request: (name, attempt) => ({
      ...{ folder: `${root}/${name}`, attempt, mirror: '/state/m.git', sha: 'a'.repeat(40) },
      ...{ argv: ['check'], timeoutMs: 60_000, environment: {} },
    }),
    end: async (name, how) => evidence.end(`${root}/${name}`, how),
    begun: async (name) => evidence.started.filter(({ folder }) => folder === `${root}/${name}`).length,
    close: async () => undefined,
  };
});
