import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failureKind, gitFailure, withoutCredentials } from '#drivers/git/git-failure.ts';

describe('failureKind', () => {
  const rows = [
    { said: "fatal: couldn't find remote ref refs/heads/x", kind: 'BranchMissing' },
    {
      said: 'warning: Could not find remote branch x to clone.\nfatal: Remote branch x not found in upstream origin',
      kind: 'BranchMissing',
    },
    { said: "fatal: could not read Username for 'https://h': terminal prompts disabled", kind: 'AuthenticationFailed' },
    { said: "fatal: Authentication failed for 'https://h/r.git/'", kind: 'AuthenticationFailed' },
    {
      said: "fatal: unable to access 'https://h/r/': The requested URL returned error: 403",
      kind: 'AuthenticationFailed',
    },
    {
      said: 'git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.',
      kind: 'AuthenticationFailed',
    },
    {
      said: 'Host key verification failed.\nfatal: Could not read from remote repository.',
      kind: 'AuthenticationFailed',
    },
    { said: "fatal: repository 'https://h/r.git/' not found", kind: 'RepositoryMissing' },
    { said: 'ERROR: Repository not found.\nfatal: Could not read from remote repository.', kind: 'RepositoryMissing' },
    { said: 'remote: Repository not found.\nfatal: Could not read from remote repository.', kind: 'RepositoryMissing' },
    {
      said: "fatal: '/x' does not appear to be a git repository\nfatal: Could not read from remote repository.",
      kind: 'RepositoryMissing',
    },
    { said: "fatal: unable to access 'https://h/': Could not resolve host: h", kind: 'RemoteUnreachable' },
    {
      said: 'ssh: connect to host h port 22: Connection timed out\nfatal: Could not read from remote repository.',
      kind: 'RemoteUnreachable',
    },
    { said: "fatal: unable to access 'http://h/': The requested URL returned error: 503", kind: 'RemoteUnreachable' },
    {
      said: "fatal: unable to access 'https://h/': SSL certificate problem: self-signed certificate",
      kind: 'RemoteUnreachable',
    },
    {
      said: "error: cannot lock ref 'refs/heads/main': Unable to create '/m/refs/heads/main.lock': File exists.",
      kind: 'Local',
    },
    { said: 'fatal: write error: No space left on device', kind: 'Local' },
    { said: 'remote: fatal: Authentication failed\nfatal: protocol error: bad pack header', kind: 'Unclear' },
  ];
  for (const { said, kind } of rows)
    it(`takes "${said.split('\n')[0] ?? ''}" for ${kind}`, () => assert.equal(failureKind(said), kind));

  it('takes its time on hostile output only within bounds', () => {
    const hostile = 'repository '.repeat(1500);
    assert.equal(failureKind(hostile), 'Unclear');
    assert.equal(withoutCredentials('http://::::'.repeat(1500), 'https://h/').length > 0, true);
  });
});

describe('gitFailure', () => {
  const url = 'https://bot:hunter22@h.example/r.git';
  it('names what was tried and what git said first, on one line', () => {
    const error = gitFailure(
      'RemoteUnreachable',
      { doing: 'fetch', url },
      'warning: x\nfatal: it \u001b[31mbroke\nmore\n',
    );
    assert.equal(error.message, 'Could not fetch "https://h.example/r.git": it  [31mbroke');
    assert.equal(error.reason, 'RemoteUnreachable');
  });
  it('shows neither the password of the URL nor of any other URL', () => {
    const said = `fatal: Authentication failed for '${url}', hunter22, https://a:b@i.example/x`;
    assert.doesNotMatch(gitFailure('AuthenticationFailed', { doing: 'fetch', url }, said).message, /hunter22|bot:|a:b/);
  });
});
