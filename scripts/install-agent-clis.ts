import { AGENT_CLIS, installCli, type AgentCli } from '../test/support/agent-clis.ts';

// Brings the agent programs that tests run for real: `node scripts/install-agent-clis.ts [claude codex opencode gemini]`.
// Without a name all four. What is there already is left as it is; a program that can not be had is told, and fails this.
const known = Object.keys(AGENT_CLIS) as AgentCli[];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.some((cli) => cli === name));
if (unknown.length > 0) {
  console.error(`"${unknown.join('", "')}" is no agent program: expected one of ${known.join(', ')}`);
  process.exit(2);
}

for (const cli of wanted.length === 0 ? known : known.filter((each) => wanted.includes(each))) {
  const found = installCli(cli);
  if ('missing' in found) {
    console.error(found.missing);
    process.exitCode = 1;
  } else {
    console.log(`${cli} ${found.version} is in ${found.binFolder}`);
  }
}
