import { known } from '#api/fact.ts';
import type { Order } from '#api/operator.ts';
import type { NotifierObservation, RigStanding } from '#observe/observe-notifier.ts';
import type { StoredEvent } from '#store/store.ts';

/** What a notifier saw, in short. */
export type NotifierGiven = {
  /** Events after the cursor; what is left out is a warning. */
  readonly events?: readonly Partial<StoredEvent>[];
  /** As many warnings about as many agents. */
  readonly storm?: number;
  /** Conditions of the objects of open incidents. */
  readonly told?: NotifierObservation['conditions'];
  readonly standing?: Partial<RigStanding>;
  readonly stopped?: object;
};

/** The observation for a notifier. */
export function readNotifierSeen({ events = [], storm = 0, told = {}, standing, stopped }: NotifierGiven): NotifierObservation {
  const many = Array.from({ length: storm }, (_, index) => ({ about: `Agent/a${String(index % 7)}`, id: `s${String(index)}`, reason: `Storm${String(index)}` }));
  return {
    kind: 'Notifier',
    events: known([...events, ...many].map((event) => ({ ...SAMPLE, ...event }))),
    conditions: told,
    unreadable: [],
    ...(stopped === undefined ? {} : { stopped: stopped as Order }),
    standing: { phases: [], isComplete: false, needsPerson: [], progress: 'p1', ...standing },
  };
}

const SAMPLE: StoredEvent = {
  id: 'e1',
  about: 'Agent/builder',
  type: 'Warning',
  reason: 'CrashLoopBackOff',
  message: 'it ended too often',
  at: '2026-03-01T09:59:50.000Z',
  count: 1,
};
