import { limitHeaders } from '../model-endpoint/limit-headers.ts';
import { inOrder, says, uses, type ModelReply, type ModelScript } from '../model-endpoint/model-reply.ts';
import type { Scene, Stage } from '../scenes/scene.ts';

/** A life of claude that is worth recording: what is done to it, and what it passes through. */
export type Stream = Pick<Scene, 'credential' | 'permissions' | 'environment'> & {
  readonly name: string;
  readonly title: string;
  readonly passes: readonly string[];
  readonly script: ModelScript;
  readonly play?: (stage: Stage) => Promise<void>;
  /** How long it is watched after the play. */
  readonly watchMs: number;
};

const ENDED = /✻ \S+ for \d/;
const WAITS = 'Nothing to do until then.\n\nWAITING-UNTIL: 2099-01-01T00:00:00Z';
const OVERLOADED = { kind: 'Error', status: 529, type: 'overloaded_error', message: 'Overloaded' } as const;

function limited(): ModelReply {
  const headers = limitHeaders({ status: 'rejected', resetsAtMs: Date.now() + 3_600_000 });
  return { kind: 'Error', status: 429, type: 'rate_limit_error', message: 'limited', headers };
}

async function type(stage: Stage, text: string): Promise<void> {
  await stage.paste(text);
  await stage.until(new RegExp(text.slice(0, 12)));
  await stage.keys('Enter');
}

/** The streams that test/fixtures/signals/claude holds. */
export const CLAUDE_STREAMS: readonly Stream[] = [
  {
    name: 'tool-then-wait',
    title: 'a turn that runs a quiet tool and declares a wait at its end',
    passes: ['Busy', 'WaitingDeclared'],
    script: inOrder(uses('Bash', { command: 'sleep 8' }), says(WAITS)),
    play: async (stage) => void (await stage.until(ENDED)),
    watchMs: 2000,
  },
  {
    name: 'silent-stream',
    title: 'a stream that goes silent while the spinner goes on',
    passes: ['Busy'],
    script: inOrder({ kind: 'Silence', text: 'I begin ' }),
    watchMs: 12_000,
  },
  {
    name: 'usage-limit',
    title: 'the usage limit of a subscription, its menu closed later',
    passes: ['Busy', 'UsageLimited'],
    credential: 'Subscription',
    script: () => limited(),
    play: async (stage) => {
      await stage.until(/Stop and wait for limit/);
      await stage.keys('Escape');
    },
    watchMs: 3000,
  },
  {
    name: 'server-error',
    title: 'an error of the service that is repeated and given up',
    passes: ['Busy', 'ApiError'],
    environment: { CLAUDE_CODE_MAX_RETRIES: '2' },
    script: () => OVERLOADED,
    play: async (stage) => void (await stage.until(/API Error: 529|529 Overloaded\. This/)),
    watchMs: 2500,
  },
  {
    name: 'permission',
    title: 'a question for permission that a person declines',
    passes: ['Busy', 'AwaitingInput', 'Idle'],
    permissions: 'Ask',
    script: inOrder(uses('Bash', { command: 'touch made.txt' }), says('Fine.')),
    play: async (stage) => {
      await stage.until(/Do you want to/);
      await stage.keys('Escape');
    },
    watchMs: 3000,
  },
  {
    name: 'interrupted',
    title: 'a turn that a person interrupts: no hook tells its end',
    passes: ['Busy', 'Idle'],
    script: inOrder(uses('Bash', { command: 'sleep 600' }), says('Fine.')),
    play: async (stage) => {
      await stage.until(/Running|Bash\(sleep/);
      await stage.keys('Escape');
    },
    watchMs: 3000,
  },
  {
    name: 'compacted',
    title: 'a conversation that is compacted between two turns',
    passes: ['Busy', 'Idle', 'Busy', 'Idle'],
    script: ({ body, said }) =>
      body.includes('detailed summary') && !said.includes('Go on')
        ? says('<summary>We did X</summary>', { overMs: 3000 })
        : says(`${'A long answer. '.repeat(40)}`),
    play: async (stage) => {
      await stage.until(ENDED);
      await type(stage, 'Go on with more');
      await stage.until(/❯ Go on[^]*✻ \S+ for \d/);
      await stage.keys('/compact', 'Enter');
      await stage.until(/Compacted|Not enough/);
    },
    watchMs: 2000,
  },
  {
    name: 'background-work',
    title: 'a background shell that outlives its turn and begins the next one',
    passes: ['Busy', 'Idle', 'Busy', 'Idle'],
    script: inOrder(
      uses('Bash', { command: 'sleep 5', run_in_background: true }),
      says('Started.'),
      says('It is over, all done.'),
    ),
    play: async (stage) => void (await stage.until(/all done/)),
    watchMs: 2500,
  },
];
