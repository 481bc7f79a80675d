import type { Incident } from './incidents.ts';
import type { View } from './follow.ts';

/** One thing that happened, for a person who watches. */
export type Line = {
  readonly atMs: number;
  readonly text: string;
  readonly tone: 'plain' | 'good' | 'bad' | 'loud';
};

/** Turns looks at the rig into the story of the demo: each thing once, in the order in which it was seen. */
export class Story {
  readonly lines: Line[] = [];
  readonly #told = new Set<string>();

  /** Adds what is new in this look and answers it. */
  follow(view: View): readonly Line[] {
    const fresh = [...commitLines(view), ...noteLines(view), ...eventLines(view)]
      .filter(({ id }) => !this.#told.has(id))
      .sort((a, b) => a.atMs - b.atMs);
    for (const { id } of fresh) this.#told.add(id);
    return this.#add(fresh);
  }

  /** Adds what the demo did itself. */
  tell({ says, atMs }: Pick<Incident, 'says' | 'atMs'>): readonly Line[] {
    return this.#add([{ atMs, text: `the demo ${says}`, tone: 'loud' }]);
  }

  #add(lines: readonly Line[]): readonly Line[] {
    this.lines.push(...lines);
    return lines;
  }
}

type Told = Line & { readonly id: string };

function commitLines({ commits }: View): readonly Told[] {
  return commits.flatMap(({ sha, author, subject, pushedAtMs }) => {
    if (pushedAtMs === undefined) return [];
    const tone = /: FAIL\b/.test(subject) ? 'bad' : /: PASS\b|: done$/.test(subject) ? 'good' : 'plain';
    return [{ id: sha, atMs: pushedAtMs, text: `${author} pushed ${subject}`, tone }];
  });
}

function noteLines({ notes, commits }: View): readonly Told[] {
  return notes.flatMap((note, index) => {
    const pushed = commits.find(({ sha }) => note.line?.includes(sha.slice(0, 12)))?.pushedAtMs;
    if (note.what !== 'heard') return [];
    const text =
      pushed === undefined
        ? `${note.agent} was told: ${withoutNonce(note.line ?? '')}`
        : `${note.agent} was told of it ${(note.at - pushed).toFixed(0)} ms after the push`;
    return [{ id: `note ${index}`, atMs: note.at, text, tone: 'plain' as const }];
  });
}

/** Events that say something which commits and notes have not said better. */
const WORTH_TELLING = [
  ...['NotStarted', 'PhaseAdvanced', 'PhaseDone', 'SequenceComplete', 'StalledNoMarker'],
  ...['SessionGone', 'ProcessGone', 'ProcessExited', 'InstanceMissing', 'InstanceRunning', 'Running'],
];

function eventLines({ events }: View): readonly Told[] {
  const seen = new Set<string>();
  return events.flatMap(({ id, about, reason, message, at, type }) => {
    const text = `${about.toLowerCase()}: ${message.replace(/^seen: it is idle/, 'nudged: it is idle')}`;
    const isRepeated = seen.has(`${text} ${at}`);
    seen.add(`${text} ${at}`);
    if (isRepeated || !WORTH_TELLING.includes(reason) || (reason === 'Running' && !about.startsWith('Virtual')))
      return [];
    const tone = type === 'Warning' ? 'bad' : ['PhaseDone', 'SequenceComplete'].includes(reason) ? 'good' : 'plain';
    return [{ id, atMs: Date.parse(at), text, tone }];
  });
}

function withoutNonce(line: string): string {
  return line.replace(/^\[ccci \w+\] /, '');
}
