import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSameRepository } from '#api/repository-url.ts';

describe('isSameRepository', () => {
  const rows = [
    {
      reason: 'credentials do not count',
      one: 'https://a:b@h.example/r.git',
      other: 'https://h.example/r.git',
      same: true,
    },
    {
      reason: '.git and a final slash do not count',
      one: 'https://h.example/r/',
      other: 'https://h.example/r.git',
      same: true,
    },
    { reason: 'scheme and host have no case', one: 'HTTPS://H.example/r', other: 'https://h.EXAMPLE/r', same: true },
    { reason: 'paths have', one: 'https://h.example/R', other: 'https://h.example/r', same: false },
    { reason: 'a file URL is its path', one: 'file:///srv/r.git', other: '/srv/r.git', same: true },
    {
      reason: 'another host is another repository',
      one: 'https://h.example/r',
      other: 'https://i.example/r',
      same: false,
    },
    {
      reason: 'another user of ssh may see another one',
      one: 'ssh://a@h.example/r',
      other: 'ssh://b@h.example/r',
      same: false,
    },
  ];
  for (const { reason, one, other, same } of rows) it(reason, () => assert.equal(isSameRepository(one, other), same));
});
