import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { CliError } from '#cli/cli-error.ts';
import { COMMANDS } from '#cli/command-table.ts';
import { GLOBAL_FLAGS, parseFlags } from '#cli/flags.ts';

async function optionsOf(line: readonly string[]): Promise<unknown> {
  const [name = '', ...argv] = line;
  const command = await COMMANDS[name]?.load();
  assert.ok(command, `there is a command ${name}`);
  return command.options(parseFlags(argv, { ...GLOBAL_FLAGS, ...command.flags }));
}

const READ: readonly { reason: string; line: readonly string[]; options: unknown }[] = [
  {
    reason: 'everything has a preset',
    line: ['apply', '-f', 'a.yaml'],
    options: {
      paths: ['a.yaml'],
      recursive: false,
      prune: false,
      dryRun: false,
      wait: false,
      timeoutMs: 300_000,
      output: 'text',
    },
  },
  {
    reason: 'manifests may be named several times, also standard input, and short options may stick to their values',
    line: [
      'apply',
      '-fa',
      '-f',
      '-',
      '--filename=b',
      '-R',
      '--prune',
      '--dry-run',
      '--wait',
      '--timeout',
      '1h30m',
      '-oname',
    ],
    options: {
      paths: ['a', '-', 'b'],
      recursive: true,
      prune: true,
      dryRun: true,
      wait: true,
      timeoutMs: 5_400_000,
      output: 'name',
    },
  },
  {
    reason: 'a diff needs no manifest',
    line: ['diff'],
    options: { paths: [], recursive: false, prune: false, waiting: false, output: 'text' },
  },
  {
    reason: 'an equals sign after a short option is no part of its value',
    line: ['diff', '-o=json', '--waiting'],
    options: { paths: [], recursive: false, prune: false, waiting: true, output: 'json' },
  },
  {
    reason: 'the controller needs nothing',
    line: ['run'],
    options: { once: false, untilComplete: false, manifests: [], recursive: false, prune: false, timeoutMs: 120_000 },
  },
  {
    reason: 'several folders can be followed',
    line: ['run', '--manifests', 'a', '--manifests', 'b', '--prune', '--until-complete'],
    options: {
      once: false,
      untilComplete: true,
      manifests: ['a', 'b'],
      recursive: false,
      prune: true,
      timeoutMs: 120_000,
    },
  },
  {
    reason: 'a machine is named with its kind or without',
    line: ['approve', 'vm/a', '--yes', '--why', 'it is broken'],
    options: { name: 'a', why: 'it is broken', isYes: true, now: false },
  },
  {
    reason: 'a restart of a machine may be hard',
    line: ['vm', 'restart', 'a', '--now'],
    options: { verb: 'restart', name: 'a', why: undefined, isYes: false, now: true, output: 'table' },
  },
  {
    reason: 'kinds are understood in every form',
    line: ['get', 'ag,vm,Phase'],
    options: {
      selection: { kinds: ['Agent', 'VirtualMachine', 'Phase'] },
      watch: false,
      labels: undefined,
      output: 'table',
    },
  },
  {
    reason: 'names follow the kind',
    line: ['get', 'agents', 'a', 'b', '-o', 'jsonpath={.metadata.name}'],
    options: {
      selection: { keys: ['Agent/a', 'Agent/b'] },
      watch: false,
      labels: undefined,
      output: { jsonPath: '{.metadata.name}' },
    },
  },
  {
    reason: 'or stand behind it with a slash',
    line: ['describe', 'agent/a', 'repo/b'],
    options: { selection: { keys: ['Agent/a', 'Repository/b'] } },
  },
  {
    reason: 'a goal may name a status in any case',
    line: ['wait', 'agent/a', '--for=condition=Ready=false'],
    options: {
      keys: ['Agent/a'],
      goal: { what: 'condition', type: 'Ready', status: 'False' },
      timeoutMs: 30_000,
    },
  },
  {
    reason: 'a path in braces may hold an equals sign of its own',
    line: ['wait', 'vm/a', '--for=jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', '--timeout=5s'],
    options: {
      keys: ['VirtualMachine/a'],
      goal: { what: 'jsonpath', path: '{.status.conditions[?(@.type=="Ready")].status}', value: 'True' },
      timeoutMs: 5000,
    },
  },
  {
    reason: 'the words of a ping are one text',
    line: ['ping', 'builder', 'read', 'the plan'],
    options: { key: 'Agent/builder', text: 'read the plan', waitMs: undefined },
  },
  {
    reason: 'a text may begin with dashes after two of them',
    line: ['ping', 'builder', '--', '--force', 'is forbidden'],
    options: { key: 'Agent/builder', text: '--force is forbidden', waitMs: undefined },
  },
  {
    reason: 'a time-out implies waiting',
    line: ['stop', '--timeout', '1m', '--until', '2h', '--why', 'night'],
    options: { keys: [], now: false, why: 'night', until: { afterMs: 7_200_000 }, waitMs: 60_000 },
  },
  {
    reason: 'an end may be a time',
    line: ['suspend', 'agent/a', '--until', '2030-01-31T18:00:00Z'],
    options: { keys: ['Agent/a'], why: undefined, until: { at: '2030-01-31T18:00:00.000Z' } },
  },
  {
    reason: 'an agent may be named with its kind',
    line: ['logs', 'agent/a', '-n5', '-f'],
    options: { of: 'Agent/a', lines: 5, follow: true, output: 'text' },
  },
  {
    reason: 'the controller has a log, too',
    line: ['logs', 'controller', '-o', 'json'],
    options: { of: 'controller', lines: 200, follow: false, output: 'json' },
  },
  { reason: 'no folder is this one', line: ['init'], options: { folder: '.' } },
];

describe('a command line', () => {
  for (const { reason, line, options } of READ)
    it(`is read: ${reason}`, async () => assert.deepEqual(await optionsOf(line), options));
});

const REFUSED: readonly { reason: string; line: readonly string[]; message: RegExp; hint?: RegExp }[] = [
  {
    reason: 'an unknown option, with what was meant',
    line: ['apply', '--prnue'],
    message: /unknown option --prnue/,
    hint: /did you mean "--prune"/,
  },
  { reason: 'an unknown short option', line: ['get', 'agents', '-z'], message: /unknown option -z/, hint: /--help/ },
  { reason: 'a missing value', line: ['apply', '-f'], message: /-f needs a value: -f PATH/ },
  { reason: 'a value for a switch', line: ['apply', '--prune=no'], message: /--prune takes no value/ },
  { reason: 'no manifest', line: ['apply'], message: /no manifest was named/, hint: /-f PATH/ },
  {
    reason: 'a path without -f',
    line: ['apply', 'a.yaml'],
    message: /unexpected argument "a.yaml"/,
    hint: /-f a.yaml/,
  },
  { reason: 'a time-out that is none', line: ['apply', '-f', 'a', '--timeout', '5'], message: /must be a duration/ },
  { reason: 'an unknown form', line: ['diff', '-o', 'jsn'], message: /output must be one of text, json, patch/ },
  {
    reason: 'a level that is none',
    line: ['run', '--log-level', 'inf'],
    message: /--log-level must be one of/,
    hint: /info/,
  },
  { reason: 'what comes later', line: ['run', '--git', 'x'], message: /--git is not supported in this version/ },
  { reason: 'two goals', line: ['run', '--once', '--until-complete'], message: /can not be used together/ },
  { reason: 'prune without manifests', line: ['run', '--prune'], message: /--prune needs --manifests/ },
  { reason: 'manifests that have no edits', line: ['run', '--manifests', '-'], message: /standard input has no edits/ },
  { reason: 'no kind', line: ['get'], message: /a kind is missing/ },
  { reason: 'an unknown kind', line: ['get', 'agnets'], message: /no kind "agnets"/, hint: /agents/ },
  { reason: 'half a name', line: ['get', 'agent/'], message: /could not read "agent\/"/ },
  { reason: 'a name that goes deeper', line: ['get', 'agent/a/b'], message: /could not read "agent\/a\/b"/ },
  {
    reason: 'a path that ends early',
    line: ['get', 'agents', '-o', 'jsonpath={.a[}'],
    message: /could not read the path/,
  },
  { reason: 'a selector that is none', line: ['get', 'agents', '-l', 'a=b=c'], message: /could not read the selector/ },
  { reason: 'no goal', line: ['wait', 'agent/a'], message: /--for is missing/ },
  {
    reason: 'a goal that is none',
    line: ['wait', 'agent/a', '--for=conditon=Ready'],
    message: /could not read/,
    hint: /condition/,
  },
  {
    reason: 'a status that is none',
    line: ['wait', 'agent/a', '--for=condition=Ready=Yes'],
    message: /True, False or Unknown/,
  },
  { reason: 'a kind without a name', line: ['wait', 'agents', '--for=delete'], message: /a name is missing/ },
  { reason: 'a whole kind', line: ['delete', 'agents'], message: /a name is missing/, hint: /whole kind/ },
  { reason: 'names and files together', line: ['delete', 'agent/a', '-f', 'x'], message: /not both/ },
  { reason: 'an order without an object', line: ['suspend'], message: /an object is missing/ },
  { reason: 'an end that is none', line: ['stop', '--until', 'tomorrow'], message: /--until must be a duration/ },
  { reason: 'another kind than an agent', line: ['restart', 'vm/a'], message: /must be an agent/ },
  { reason: 'a ping without a text', line: ['ping', 'builder'], message: /a text is missing/ },
  { reason: 'an empty ping', line: ['ping', 'builder', ' '], message: /a text is missing/ },
  { reason: 'no number of lines', line: ['logs', 'a', '-n', '0'], message: /whole number from 1/ },
  { reason: "an agent's screen as JSON", line: ['logs', 'a', '-o', 'json'], message: /"logs controller" only/ },
  { reason: 'an argument where none belongs', line: ['status', 'now'], message: /status takes no argument/ },
  { reason: 'a shell that is none', line: ['completion', 'csh'], message: /bash, zsh, fish/ },
];

describe('a wrong command line', () => {
  for (const { reason, line, message, hint } of REFUSED)
    it(`is refused with exit code 2: ${reason}`, async () => {
      await assert.rejects(optionsOf(line), (error: unknown) => {
        assert.ok(error instanceof CliError);
        assert.equal(error.code, 2);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /\.$/);
        if (hint !== undefined) assert.match(error.hint ?? '', hint);
        return true;
      });
    });
});

describe('every command', () => {
  for (const [name, { load, group }] of Object.entries(COMMANDS)) {
    it(`${name} has a summary in one line, and examples that can be run`, async () => {
      const command = await load();
      assert.match(command.summary, /^[a-z][^\n]*[^.\n]$/);
      assert.ok(command.examples.length > 0);
      assert.ok(command.usage.every((line) => line.startsWith(name)));
      if (group === 'Hidden') return;
      for (const { line } of command.examples) await optionsOf(wordsOf(line));
    });
  }
});

// The words of an example as a shell would make them, up to its redirection.
function wordsOf(line: string): readonly string[] {
  const words = line.match(/'[^']*'|"[^"]*"|[^\s'"]*(?:'[^']*'|"[^"]*")|\S+/g) ?? [];
  const end = words.findIndex((word) => /^[<>|&]/.test(word));
  return words.slice(0, end === -1 ? undefined : end).map((word) => word.replaceAll(/['"]/g, ''));
}
