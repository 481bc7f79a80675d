/** The files of the starter by name; working folders are made beside the manifests, below `root`. */
export function starterFiles(root: string): ReadonlyMap<string, string> {
  return new Map([
    ['repository.yaml', REPOSITORY],
    ['agents.yaml', agents(root)],
    ['phase.yaml', PHASE],
    ['gate.yaml', GATE],
    ['prompts/builder.md', BUILDER],
    ['prompts/adversary.md', ADVERSARY],
  ]);
}

const REPOSITORY = `# The repository that the agents work in and hand work over through.
apiVersion: ccci.dev/v1alpha1
kind: Repository
metadata: { name: work }
spec:
  url: https://git.example.org/team/work.git # set this to yours; a path or an ssh address will do, too
  branch: main
  interval: 30s # how often the remote is asked; a push from a clone on this machine is seen at once
`;

function agents(root: string): string {
  return `# Two agents that hand work to each other. Each runs in a tmux session of its own, and is started again when it ends.
apiVersion: ccci.dev/v1alpha1
kind: Agent
metadata: { name: builder }
spec:
  description: Builds
  mode: Loop
  workdir: ${JSON.stringify(`${root}/work/builder`)} # the clone is made when it is missing, and never overwritten
  repositoryRef: { name: work }
  sequence: main # it runs while this sequence has an open phase
  backend:
    type: claude # or codex, opencode, gemini; or command, with a program of your own
    permissions: Ask # or Bypass: it runs tools without asking a person
  prompt: { file: prompts/builder.md }
  liveness:
    stallAfter: 5m # idle for so long without a declared wait is a stall
---
apiVersion: ccci.dev/v1alpha1
kind: Agent
metadata: { name: adversary }
spec:
  description: Disbelieves, and checks again what was claimed
  mode: Loop
  workdir: ${JSON.stringify(`${root}/work/adversary`)}
  repositoryRef: { name: work }
  sequence: main
  backend: { type: claude, permissions: Ask }
  prompt: { file: prompts/adversary.md }
`;
}

const PHASE = `# One piece of work. It is done when a line of its status file begins with "## DONE" on the remote branch, and its gates
# have passed. Add more phases with a higher order; the agents are started anew for each.
apiVersion: ccci.dev/v1alpha1
kind: Phase
metadata: { name: first }
spec:
  sequence: main
  order: 10
  title: The first step
  repositoryRef: { name: work }
  statusFile: STATUS-first.md
  requiredGates: [handoff]
`;

const GATE = `# A hand-off by commits: the builder's "claim(scope): ..." wakes the adversary, whose "review(scope): PASS", FAIL or VETO
# wakes the builder.
apiVersion: ccci.dev/v1alpha1
kind: Gate
metadata: { name: handoff }
spec:
  repositoryRef: { name: work }
  sequence: main
  claimant: builder
  verifier: adversary
`;

const BUILDER = `You build, one small verified step after the other. Another agent, the Adversary, checks every claim again from what you
have pushed. Git is the only channel between you.

- Your clone: {{ agent.workdir }}, branch {{ repository.branch }}
- Phase {{ phase.id }}: {{ phase.title }}. Its status file: {{ phase.statusFile }}

You may have been started anew at any moment: read git and the status file first. Open for you:

{{ run.openItems }}

When a step is done, checked, committed and pushed, claim it with a commit: claim(<scope>): what now holds.
After review(<scope>): PASS go on; after FAIL repair the cause and claim again. When everything has passed, write a line
"## DONE" into the status file and push it.

Never force-push, never put a secret into git. Before you go idle, end your last message with a line
WAITING-UNTIL: and a time in UTC at most 10 minutes ahead, such as WAITING-UNTIL: 2030-01-31T18:00:00Z
`;

const ADVERSARY = `You disbelieve. Another agent, the Builder, claims that work is done; you check each claim again, from a fresh clone of what
is pushed, and with tests of your own. Git is the only channel between you.

- Your clone: {{ agent.workdir }}, branch {{ repository.branch }}
- Phase {{ phase.id }}: {{ phase.title }}

You may have been started anew at any moment: read git first. Open for you:

{{ run.openItems }}

Answer each commit claim(<scope>) with a commit review(<scope>): PASS, or review(<scope>): FAIL with the reason in its body.
review(<scope>): VETO holds everything in that scope until a later PASS.

Never force-push, never put a secret into git, never edit what belongs to the Builder. Before you go idle, end your last
message with a line WAITING-UNTIL: and a time in UTC at most 10 minutes ahead, such as WAITING-UNTIL: 2030-01-31T18:00:00Z
`;
