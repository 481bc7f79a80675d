import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { known } from '#api/fact.ts';
import { differences, foreignKeys } from '#plan/machine/differences.ts';

import { machineCase } from '../../../support/machine-input.ts';

type Row = {
  title: string;
  reason: string;
  spec?: object;
  status?: object;
  config?: Record<string, string>;
  devices?: Record<string, Record<string, string>>;
  cloudInit?: Record<string, string>;
  image?: string;
  open: readonly string[];
};

const rows: readonly Row[] = [
  { title: 'an instance as declared', reason: 'nothing differs', open: [] },
  {
    title: 'the same size in other units',
    reason: 'sizes are compared in bytes',
    spec: { config: { 'limits.memory': '1GiB' } },
    config: { 'limits.memory': '1024MiB' },
    open: [],
  },
  {
    title: 'a size of another base',
    reason: 'MB are no MiB',
    spec: { config: { 'limits.memory': '100MiB' } },
    config: { 'limits.memory': '100MB' },
    open: ['limits.memory restart'],
  },
  {
    title: 'keys that the server computes',
    reason: 'they are nobody’s wish',
    config: { 'volatile.base_image': 'f1', 'image.os': 'debian' },
    open: [],
  },
  {
    title: 'a key that somebody else has set',
    reason: 'it is told, and left',
    config: { 'limits.cpu': '2' },
    open: [],
  },
  {
    title: 'a key that ccci has set and the manifest has dropped',
    reason: 'what we set we also take away',
    status: { appliedKeys: ['limits.cpu'] },
    config: { 'limits.cpu': '2' },
    open: ['limits.cpu live'],
  },
  {
    title: 'one key of a device',
    reason: 'the others of that device are not named',
    spec: { devices: { root: { size: '30GiB' } } },
    devices: { root: { type: 'disk', path: '/', size: '20GiB' } },
    open: ['devices.root.size restart'],
  },
  {
    title: 'an alias that was moved to another image',
    reason: 'nobody has touched the manifest, and yet its image is another',
    config: { 'volatile.base_image': 'aaaa1111bbbb2222' },
    image: 'cccc3333dddd4444',
    open: ['image recreate'],
  },
  {
    title: 'an alias that was looked at earlier',
    reason: 'what was seen then holds until it is looked at again',
    status: { imageTarget: 'cccc3333dddd4444' },
    config: { 'volatile.base_image': 'aaaa1111bbbb2222' },
    open: ['image recreate'],
  },
  {
    title: 'a fingerprint in short',
    reason: 'it is the beginning of the whole one',
    spec: { image: { fingerprint: 'aaaa1111bbbb' } },
    config: { 'volatile.base_image': 'aaaa1111bbbb2222' },
    open: [],
  },
  {
    title: 'another secret in its first-boot text',
    reason: 'a guest reads it at its first boot only',
    cloudInit: { 'cloud-init.user-data': '*** (new)' },
    config: { 'cloud-init.user-data': '*** (old)' },
    open: ['cloud-init.user-data recreate'],
  },
  {
    title: 'what differed when it was taken over',
    reason: 'adoption changes nothing by itself',
    spec: { config: { 'limits.memory': '8GiB' } },
    status: { adopted: { generation: 1, fields: ['limits.memory'] } },
    config: { 'limits.memory': '4GiB' },
    open: [],
  },
  {
    title: 'what differed when it was taken over, once the manifest is another',
    reason: 'now somebody wants it',
    spec: { config: { 'limits.memory': '8GiB' } },
    status: { adopted: { generation: 0, fields: ['limits.memory'] } },
    config: { 'limits.memory': '4GiB' },
    open: ['limits.memory restart'],
  },
];

describe('what differs from the manifest', () => {
  for (const { title, reason, spec = {}, status = {}, config, devices, cloudInit, image, open } of rows)
    test(`${title}: ${reason}`, () => {
      const instance = { ...(config === undefined ? {} : { config }), ...(devices === undefined ? {} : { devices }) };
      const seen = {
        instance,
        ...(cloudInit === undefined ? {} : { cloudInit }),
        ...(image === undefined ? {} : { image: known(image) }),
      };
      const found = differences(machineCase({ spec, status }, seen));
      assert.deepEqual(
        found.map(({ field, sort }) => `${field} ${sort}`),
        open,
      );
    });

  test('keys that nobody declared are told, without those that the server or ccci sets', () => {
    const config = {
      'limits.cpu': '2',
      'volatile.x': '1',
      'image.os': 'd',
      'user.theirs': 'x',
      'limits.memory': '1GiB',
    };
    const at = machineCase({ spec: { config: { 'limits.memory': '1GiB' } } }, { instance: { config } });
    assert.deepEqual(foreignKeys(at), ['limits.cpu', 'user.theirs']);
  });
});
