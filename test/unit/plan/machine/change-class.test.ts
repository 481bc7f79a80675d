import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { changeClass, type ChangeClass } from '#plan/machine/change-class.ts';

type Row = {
  field: string;
  actual?: string;
  wanted?: string;
  machine: ChangeClass;
  container: ChangeClass;
  reason: string;
};

const rows: readonly Row[] = [
  { field: 'image', machine: 'recreate', container: 'recreate', reason: 'it is what the disk was made from' },
  {
    field: 'cloud-init.user-data',
    machine: 'recreate',
    container: 'recreate',
    reason: 'a guest reads it at its first boot only',
  },
  {
    field: 'devices.root.pool',
    machine: 'recreate',
    container: 'recreate',
    reason: 'a server never moves a root disk',
  },
  { field: 'user.note', machine: 'live', container: 'live', reason: 'nobody but people reads it' },
  { field: 'boot.autostart', machine: 'live', container: 'live', reason: 'it is about the next boot of the server' },
  { field: 'security.protection.delete', machine: 'live', container: 'live', reason: 'the server alone reads it' },
  {
    ...{ field: 'limits.memory', actual: '8GiB', wanted: '4GiB' },
    ...{ machine: 'live', container: 'live' },
    reason: 'a balloon shrinks memory',
  },
  {
    ...{ field: 'limits.memory', actual: '4GiB', wanted: '8GiB' },
    ...{ machine: 'restart', container: 'live' },
    reason: 'a machine grows past its size at boot only with a new boot',
  },
  {
    ...{ field: 'limits.memory', actual: '50%', wanted: '8GiB' },
    ...{ machine: 'restart', container: 'live' },
    reason: 'what can not be compared may grow',
  },
  {
    ...{ field: 'limits.cpu', actual: '2', wanted: '4' },
    ...{ machine: 'live', container: 'live' },
    reason: 'numbers of processors are plugged in',
  },
  {
    ...{ field: 'limits.cpu', actual: '2', wanted: '0-3' },
    ...{ machine: 'restart', container: 'live' },
    reason: 'processors of a machine are pinned at its start',
  },
  {
    ...{ field: 'devices.root.size', actual: '20GiB', wanted: '30GiB' },
    ...{ machine: 'restart', container: 'live' },
    reason: 'a volume in use grows at the next start',
  },
  {
    ...{ field: 'devices.root.size', actual: '30GiB', wanted: '20GiB' },
    ...{ machine: 'recreate', container: 'live' },
    reason: 'a block volume never shrinks',
  },
  { field: 'devices.eth0.network', machine: 'live', container: 'live', reason: 'a card is plugged in' },
  {
    field: 'security.nesting',
    machine: 'restart',
    container: 'restart',
    reason: 'it is accepted at once and acts at the next start',
  },
  { field: 'raw.qemu', machine: 'restart', container: 'restart', reason: 'it is a word of the start' },
  { field: 'security.secureboot', machine: 'restart', container: 'live', reason: 'only a machine has firmware' },
];

describe('how much a change disturbs', () => {
  for (const { field, actual, wanted, machine, container, reason } of rows)
    test(`${field} from ${actual ?? 'nothing'} to ${wanted ?? 'nothing'}: ${reason}`, () => {
      const change = { field, actual, wanted };
      assert.equal(changeClass('virtual-machine', change), machine);
      assert.equal(changeClass('container', change), container);
    });
});
