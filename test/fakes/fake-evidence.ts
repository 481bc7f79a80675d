import { PreconditionFailed } from '#api/errors.ts';
import { known } from '#api/fact.ts';
import type { EvidenceReader, EvidenceRequest, EvidenceView, EvidenceWriter } from '#drivers/evidence/evidence.ts';

/** Runs in memory. A run goes on until a test ends it. */
export type FakeEvidence = {
  readonly reader: EvidenceReader;
  readonly writer: EvidenceWriter;
  /** Every start that was let through, in order. */
  readonly started: EvidenceRequest[];
  /** Ends the run in that folder; `Lost` as if its process had died. */
  end(folder: string, state: Exclude<EvidenceView['state'], 'Running'>, said?: string): void;
};

/** Nothing has been run. */
export function createFakeEvidence(): FakeEvidence {
  const runs = new Map<string, EvidenceView>();
  const started: EvidenceRequest[] = [];
  const set = (folder: string, change: Partial<EvidenceView>): void => {
    const before = runs.get(folder);
    if (before !== undefined) runs.set(folder, { ...before, ...change });
  };
  return {
    started,
    reader: {
      async list(root) {
        const own = [...runs].filter(([folder]) => folder.startsWith(`${root}/`));
        return known(Object.fromEntries(own.map(([folder, view]) => [folder.slice(root.length + 1), view])));
      },
    },
    writer: {
      async start(request) {
        const before = runs.get(request.folder);
        const isNext = request.attempt === (before?.attempts ?? 0) + 1 && before?.state !== 'Running';
        if (!isNext) throw new PreconditionFailed(`another attempt is at "${request.folder}"`);
        started.push(request);
        const output = `${request.folder}/output.log`;
        runs.set(request.folder, { state: 'Running', attempts: request.attempt, said: 'it runs', output });
      },
      async stop(folder) {
        if (runs.get(folder)?.state === 'Running') set(folder, { state: 'Stopped', said: 'it was stopped' });
      },
      async prune(root, { most, keep }) {
        const ended = [...runs]
          .filter(([folder, { state }]) => folder.startsWith(`${root}/`) && state !== 'Running')
          .map(([folder]) => folder);
        for (const folder of ended.slice(0, Math.max(0, ended.length - most)))
          if (!keep.includes(folder.slice(root.length + 1))) runs.delete(folder);
      },
    },
    end: (folder, state, said = state === 'Passed' ? 'exit code 0' : 'exit code 1') => set(folder, { state, said }),
  };
}
