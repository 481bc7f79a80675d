import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agent, mistakesOf } from './manifest-files.ts';

describe('what is wrong with the times of an agent', () => {
  const rows: { reason: string; fields: string; lines: string[] }[] = [
    {
      reason: 'nothing',
      fields: '  wake: {schedule: "0 9 * * 1-5", timeZone: Europe/Berlin, prompt: {inline: Look}}',
      lines: [],
    },
    { reason: 'nothing in an interval', fields: '  wake: {every: 1h, prompt: {inline: Look}}', lines: [] },
    {
      reason: 'a minute that no hour has',
      fields: '  wake: {schedule: "99 9 * * *", prompt: {inline: Look}}',
      lines: [
        'a.yaml:9:20: agent/x spec.wake.schedule: must be a cron line that can be read (Invalid value for minute: 99)',
      ],
    },
    {
      reason: 'a day that no year has',
      fields: '  wake: {schedule: "0 9 31 2 *", prompt: {inline: Look}}',
      lines: ['a.yaml:9:20: agent/x spec.wake.schedule: must be a cron line whose time comes'],
    },
    {
      reason: 'a time zone that the world has not',
      fields: '  wake: {schedule: "0 9 * * *", timeZone: Europe/Berln, prompt: {inline: Look}}',
      lines: [
        'a.yaml:9:43: agent/x spec.wake.timeZone: must be a time zone such as Europe/Berlin or UTC, not "Europe/Berln"',
      ],
    },
    {
      reason: 'two ways at once',
      fields: '  wake: {every: 1h, schedule: "0 9 * * *", prompt: {inline: Look}}',
      lines: ['a.yaml:9:3: agent/x spec.wake: must have exactly one of every, schedule, not every and schedule'],
    },
    {
      reason: 'a time zone of an interval',
      fields: '  wake: {every: 1h, timeZone: UTC, prompt: {inline: Look}}',
      lines: ['a.yaml:9:21: agent/x spec.wake.timeZone: must not be set without schedule'],
    },
    {
      reason: 'a variable that wakes do not know',
      fields: '  wake: {every: 1h, prompt: {inline: "Look at {{ phase.plna }}"}}',
      lines: [
        'a.yaml:9:38: agent/x spec.wake.prompt: must be a variable that is known, not "{{ phase.plna }}"; did you mean "phase.plan"?',
      ],
    },
    {
      reason: 'an inbox of no repository',
      fields: '  inbox: INBOX.md',
      lines: ['a.yaml:9:3: agent/x spec.inbox: must not be set without repositoryRef: it is a file of that repository'],
    },
  ];
  for (const { reason, fields, lines } of rows) {
    it(reason, async () => assert.deepEqual(await mistakesOf({ 'a.yaml': agent('x', fields) }), lines));
  }
});
