import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** How the agent's terminal looks from inside: lines come in, text goes out. */
export type Session = {
  /** Prints a line for whoever watches. */
  say(text: string): void;
  /** Writes down what happened and when, outside of git: the demo compares it with what ccci reports. */
  note(what: string, more?: Readonly<Record<string, unknown>>): void;
  /** Declares a wait as the last line, and waits for the time or for a message, whichever comes first; answers the message. */
  wait(forMs: number): Promise<string | undefined>;
  /** Works for a while, visibly. */
  work(what: string, forMs: number): Promise<void>;
};

const STEP_MS = 250;

/** Opens the terminal of this agent. Messages that come in mid-work wait until the work is done. */
export function openSession(name: string): Session {
  const waiting: string[] = [];
  let wake: (() => void) | undefined;
  const note: Session['note'] = (what, more = {}) => {
    const file = process.env['CREW_NOTES'];
    const incarnation = process.env['CCCI_INCARNATION'];
    const entry = { at: Date.now(), agent: name, incarnation, pid: process.pid, what, ...more };
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`);
  };
  createInterface({ input: process.stdin, terminal: false }).on('line', (line) => {
    note('heard', { line });
    waiting.push(line);
    wake?.();
  });
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  return {
    say,
    note,
    async wait(forMs) {
      if (waiting.length === 0) {
        say(`WAITING-UNTIL: ${new Date(Date.now() + forMs).toISOString()}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, forMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
      return waiting.splice(0).at(-1);
    },
    async work(what, forMs) {
      process.stdout.write(`${what} `);
      for (let spentMs = 0; spentMs < forMs; spentMs += STEP_MS) {
        await new Promise((resolve) => setTimeout(resolve, STEP_MS));
        process.stdout.write('.');
      }
      process.stdout.write('\n');
    },
  };
}
