import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { API_VERSION } from '#api/group.ts';
import { validateManifest } from '#api/validate.ts';

describe('a repository', () => {
  const HTTPS = 'https://git.example.org/x.git';
  const SSH = 'git@git.example.org:x.git';
  const rows: readonly { reason: string; url?: string; spec: object; mistakes?: readonly RegExp[] }[] = [
    { reason: 'a file with user and password', spec: { credentials: { envFile: '/e' } } },
    {
      reason: 'other names of them',
      spec: { credentials: { envFile: '/e', usernameVariable: 'A_1', passwordVariable: 'B' } },
    },
    { reason: 'a key for ssh', url: SSH, spec: { credentials: { keyFile: '/k', knownHostsFile: '/h' } } },
    { reason: 'a key for an ssh url', url: 'ssh://git@h/x', spec: { credentials: { keyFile: '/k' } } },
    {
      reason: 'neither',
      spec: { credentials: {} },
      mistakes: [/spec\.credentials: must have exactly one of envFile, keyFile/],
    },
    {
      reason: 'both',
      spec: { credentials: { envFile: '/e', keyFile: '/k' } },
      mistakes: [/must have exactly one of envFile, keyFile, not envFile and keyFile/],
    },
    {
      reason: 'a password for ssh',
      url: SSH,
      spec: { credentials: { envFile: '/e' } },
      mistakes: [/spec\.credentials\.envFile: must be for an http\(s\) url/],
    },
    {
      reason: 'a key for https',
      spec: { credentials: { keyFile: '/k' } },
      mistakes: [/spec\.credentials\.keyFile: must be for an ssh url/],
    },
    {
      reason: 'a password for a path',
      url: '/srv/x.git',
      spec: { credentials: { envFile: '/e' } },
      mistakes: [/must be for an http\(s\) url/],
    },
    {
      reason: 'hosts without a key',
      spec: { credentials: { envFile: '/e', knownHostsFile: '/h' } },
      mistakes: [/knownHostsFile: must be set together with keyFile/],
    },
    {
      reason: 'a name without a file',
      url: SSH,
      spec: { credentials: { keyFile: '/k', passwordVariable: 'B' } },
      mistakes: [/passwordVariable: must be set together with envFile/],
    },
    {
      reason: 'a name that is none',
      spec: { credentials: { envFile: '/e', passwordVariable: 'B-C' } },
      mistakes: [/must be the name of a variable/],
    },
    { reason: 'a password in its url', url: 'https://bot:pw@h/x', spec: {}, mistakes: [/must not hold a password/] },
    { reason: 'a webhook without a secret', spec: { webhook: {} }, mistakes: [/secretFile/] },
  ];
  for (const { reason, url = HTTPS, spec, mistakes = [] } of rows) {
    it(`${mistakes.length === 0 ? 'takes' : 'refuses'} ${reason}`, () => {
      const manifest = { apiVersion: API_VERSION, kind: 'Repository', metadata: { name: 'x' }, spec: { url, ...spec } };
      const validation = validateManifest(manifest);
      const issues = 'issues' in validation ? validation.issues : [];
      const texts = issues.map(({ path, rule }) => `${path.join('.')}: ${rule}`);
      assert.equal(texts.length, mistakes.length, texts.join('\n'));
      for (const [index, mistake] of mistakes.entries()) assert.match(texts[index] ?? '', mistake);
    });
  }
});
