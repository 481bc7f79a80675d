import { ABSENT, unknown, type Fact } from '#api/fact.ts';
import type { TmuxAnswer } from './tmux-call.ts';

/** What an answer that is no reading says: absent only when the socket says that nobody listens. */
export function notRead(answer: TmuxAnswer): Fact<never> {
  return answer.outcome === 'NoServer' ? ABSENT : unknown('TmuxUnreachable', `tmux gave no answer: ${answer.message}`);
}
