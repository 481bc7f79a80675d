import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasEnded, parseProcStat } from '#drivers/process/proc-stat.ts';

/** A line of /proc/PID/stat with that name and state. */
function line(comm: string, state = 'S'): string {
  const rest = '7 7 7 0 -1 4194304 100 200 0 0 11 13 17 19 20 0 1 0 123456 9000 200 18446744073709551615 1';
  return `42 (${comm}) ${state} ${rest}\n`;
}

describe('a line of /proc/PID/stat', () => {
  const names = [
    { comm: 'node', reason: 'a plain name' },
    { comm: 'tmux: server', reason: 'a space' },
    { comm: 'a) (b', reason: 'what looks like the end of the name' },
    { comm: ') Z 1 1 1', reason: 'what looks like a zombie' },
    { comm: '', reason: 'no name at all' },
    { comm: '((((', reason: 'only opening brackets' },
    { comm: 'x\ny', reason: 'a line end' },
  ];
  for (const { comm, reason } of names) {
    it(`is read right when its name holds ${reason}`, () => {
      assert.deepEqual(parseProcStat(line(comm)), {
        pid: 42,
        comm,
        state: 'S',
        ppid: 7,
        cpuTicks: 24,
        childTicks: 36,
        startTime: 123456,
      });
    });
  }

  it('shows which states count as ended', () => {
    const ended = [...'RSDZTtXxKPI'].filter((state) => {
      const stat = parseProcStat(line('x', state));
      return stat !== undefined && hasEnded(stat);
    });
    assert.deepEqual(ended, ['Z', 'X', 'x']);
  });

  it('is nothing when it is cut off or something else', () => {
    for (const text of ['', '42', '42 (node', '42 (node)', '42 (node) S 7', 'x (y) S', ')(']) {
      assert.equal(parseProcStat(text), undefined, JSON.stringify(text));
    }
  });
});
