import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAnswer } from '#drivers/incus/answer.ts';
import { connectionError, refusalReason } from '#drivers/incus/failure.ts';
import { parseFingerprint } from '#drivers/incus/fingerprint.ts';
import type { IncusReason } from '#drivers/incus/incus.ts';
import { looksHalfCreated } from '#drivers/incus/instance-view.ts';
import { instancesOfEvent } from '#drivers/incus/lifecycle.ts';
import { isBlocking, operationView } from '#drivers/incus/operation.ts';

describe('what a server refused is told by its words', () => {
  const rows: { httpStatus: number; text: string; reason: IncusReason }[] = [
    {
      httpStatus: 500,
      text: 'Failed checking if instance creation allowed: Reached maximum aggregate value "600MiB" for "limits.memory" in project "p"',
      reason: 'CapExceeded',
    },
    { httpStatus: 500, text: 'Reached maximum number of instances in project "p"', reason: 'CapExceeded' },
    {
      httpStatus: 0,
      text: 'Failed creating instance record: UNIQUE constraint failed: instances.project_id, instances.name',
      reason: 'NameTaken',
    },
    {
      httpStatus: 0,
      text: 'Failed creating instance record: This "instances" entry already exists',
      reason: 'NameTaken',
    },
    {
      httpStatus: 0,
      text: 'Failed to create instance start operation: Instance is busy running a "create" operation',
      reason: 'Busy',
    },
    { httpStatus: 0, text: 'Image not provided for instance creation', reason: 'ImageMissing' },
    { httpStatus: 404, text: 'Image not found', reason: 'ImageMissing' },
    { httpStatus: 404, text: 'Failed loading project: Project not found', reason: 'ProjectMissing' },
    { httpStatus: 503, text: 'Shutting down', reason: 'ShuttingDown' },
    { httpStatus: 403, text: 'not authorized', reason: 'NotAuthorized' },
    { httpStatus: 500, text: 'Certificate is restricted', reason: 'NotAuthorized' },
    { httpStatus: 500, text: 'User does not have permissions for project "default"', reason: 'NotAuthorized' },
    { httpStatus: 500, text: 'The instance is already running', reason: 'Refused' },
    {
      httpStatus: 500,
      text: 'UNIQUE constraint failed: instances_snapshots.instance_id, instances_snapshots.name',
      reason: 'Refused',
    },
  ];
  for (const { httpStatus, text, reason } of rows) {
    it(`is ${reason} for "${text}"`, () => assert.equal(refusalReason(httpStatus, text), reason));
  }
});

describe('a failed connection is told by its code', () => {
  const rows: { code: string; reason: IncusReason }[] = [
    { code: 'ECONNREFUSED', reason: 'ServerUnreachable' },
    { code: 'ENOTFOUND', reason: 'ServerUnreachable' },
    { code: 'EHOSTUNREACH', reason: 'ServerUnreachable' },
    { code: 'ECONNRESET', reason: 'ServerUnreachable' },
    { code: 'ENOENT', reason: 'ServerUnreachable' },
    { code: 'EACCES', reason: 'NotAuthorized' },
    { code: 'DEPTH_ZERO_SELF_SIGNED_CERT', reason: 'CertificateWrong' },
    { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', reason: 'CertificateWrong' },
    { code: 'CERT_HAS_EXPIRED', reason: 'CertificateWrong' },
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID', reason: 'CertificateWrong' },
    { code: 'ERR_SSL_WRONG_VERSION_NUMBER', reason: 'ServerError' },
    { code: 'HPE_INVALID_CONSTANT', reason: 'ServerError' },
  ];
  for (const { code, reason } of rows) {
    it(`is ${reason} for ${code}, and keeps the cause`, () => {
      const cause = Object.assign(new Error('told by Node'), { code });
      const error = connectionError('Incus server "https://h"', cause);
      assert.equal(error.reason, reason);
      assert.match(error.message, /Incus server "https:\/\/h"/);
      assert.equal(error.cause, cause);
    });
  }
});

describe('an answer is judged by its body', () => {
  const rows: { httpStatus: number; body: unknown; expected: Record<string, unknown>; reason: string }[] = [
    {
      httpStatus: 200,
      body: { type: 'error', error_code: 500, error: 'Image not provided for instance creation' },
      expected: { type: 'refused', httpStatus: 500, reason: 'ImageMissing' },
      reason: 'a failure inside HTTP 200 is a failure',
    },
    {
      httpStatus: 404,
      body: { type: 'error', error_code: 404, error: 'Instance not found' },
      expected: { type: 'refused', httpStatus: 404, reason: 'Refused' },
      reason: 'a 404 is told apart from other refusals',
    },
    {
      httpStatus: 202,
      body: { type: 'async', operation: '/1.0/operations/x', metadata: { id: 'x' } },
      expected: { type: 'begun', operation: 'x' },
      reason: 'an operation has begun',
    },
    {
      httpStatus: 200,
      body: { type: 'sync', status_code: 200, metadata: null },
      expected: { type: 'done' },
      reason: 'metadata may be null',
    },
  ];
  for (const { httpStatus, body, expected, reason } of rows) {
    it(reason, () => {
      const answer: Record<string, unknown> = { ...parseAnswer('here', { httpStatus, etag: '', body }) };
      for (const [field, value] of Object.entries(expected)) assert.deepEqual(answer[field], value, field);
    });
  }

  const nonsense: unknown[] = [{}, [], null, 'text', { type: 'sync' }, { type: 'async', metadata: {} }];
  for (const body of nonsense) {
    it(`is a ServerError for ${JSON.stringify(body)} with HTTP 404, never an absence`, () => {
      assert.throws(() => parseAnswer('here', { httpStatus: 404, etag: '', body }), { reason: 'ServerError' });
    });
  }
});

describe('an event names the instances that it concerns', () => {
  const lifecycle = (action: string, more: Record<string, unknown> = {}): unknown => ({
    type: 'lifecycle',
    metadata: { action, source: '/1.0/instances/vm%2D1?project=p', name: 'vm-1', project: 'p', ...more },
  });
  const operation = (metadata: Record<string, unknown>): unknown => ({ type: 'operation', metadata });
  const resources = { instances: ['/1.0/instances/vm-1?project=p'], containers: ['/1.0/containers/old'] };
  const rows: { event: unknown; names: (string | undefined)[]; reason: string }[] = [
    { event: lifecycle('instance-shutdown'), names: ['vm-1'], reason: 'a guest that ended' },
    { event: lifecycle('instance-stopped', { name: undefined }), names: ['vm-1'], reason: 'LXD gives only the source' },
    {
      event: lifecycle('instance-renamed', { context: { old_name: 'vm-0' } }),
      names: ['vm-1', 'vm-0'],
      reason: 'a rename concerns both names',
    },
    { event: lifecycle('instance-exec'), names: [], reason: 'running something inside changes nothing' },
    { event: lifecycle('instance-file-retrieved'), names: [], reason: 'nor does reading a file' },
    { event: lifecycle('image-created'), names: [], reason: 'images are no instances' },
    { event: lifecycle('project-deleted'), names: [undefined], reason: 'a project may concern all' },
    {
      event: operation({ status: 'Success', description: 'Creating instance', resources }),
      names: ['vm-1', 'old'],
      reason: 'a create that ended',
    },
    {
      event: operation({ status: 'Running', description: 'Creating instance', resources }),
      names: [],
      reason: 'it still runs',
    },
    {
      event: operation({ status: 'Success', description: 'Executing command', resources }),
      names: [],
      reason: 'an exec',
    },
    { event: { type: 'logging', metadata: {} }, names: [], reason: 'a log line' },
    { event: null, names: [], reason: 'nothing' },
  ];
  for (const { event, names, reason } of rows) {
    it(`${JSON.stringify(names)}: ${reason}`, () => assert.deepEqual(instancesOfEvent(JSON.stringify(event)), names));
  }

  it('ignores what is not JSON', () => assert.deepEqual(instancesOfEvent('\u0000{'), []));
});

describe('an operation', () => {
  it('has ended in failure when it was cancelled, and carries what its text means', () => {
    assert.equal(operationView({ status: 'Cancelled' }).status, 'Failure');
    assert.deepEqual(operationView({ status: 'Failure', err: 'Image not provided for instance creation' }), {
      status: 'Failure',
      error: 'Image not provided for instance creation',
      reason: 'ImageMissing',
    });
    for (const status of ['Pending', 'Running', 'Cancelling', 'Stopping', undefined]) {
      assert.deepEqual(operationView({ status }), { status: 'Running' }, status ?? 'no status');
    }
  });

  const rows: { description: string; polite: boolean; forced: boolean; reason: string }[] = [
    { description: 'Creating instance', polite: true, forced: true, reason: 'nothing overtakes a create' },
    { description: 'Deleting instance', polite: true, forced: true, reason: 'nor a delete' },
    { description: 'Stopping instance', polite: true, forced: false, reason: 'force overtakes a polite stop' },
    { description: 'Restarting instance', polite: true, forced: false, reason: 'and a polite restart' },
    { description: 'Executing command', polite: false, forced: false, reason: 'a command inside holds nothing' },
    { description: 'Something new', polite: true, forced: true, reason: 'what is not known is waited for' },
  ];
  for (const { description, polite, forced, reason } of rows) {
    it(`"${description}": ${reason}`, () => {
      assert.deepEqual([isBlocking(description, false), isBlocking(description, true)], [polite, forced]);
    });
  }
});

describe('a leftover of a create', () => {
  const whole = { status: 'Stopped', last_used_at: '1970-01-01T00:00:00Z', config: {} };
  const rows: { change: Record<string, unknown>; half: boolean; reason: string }[] = [
    { change: {}, half: true, reason: 'stopped, never started, without the mark of a finished create' },
    { change: { config: { 'volatile.apply_template': 'create' } }, half: false, reason: 'the create finished' },
    { change: { config: { 'volatile.apply_template': 'copy' } }, half: false, reason: 'a copy finished' },
    { change: { last_used_at: '2026-01-01T00:00:00Z' }, half: false, reason: 'it was started once' },
    { change: { status: 'Running' }, half: false, reason: 'it runs' },
    { change: { last_used_at: '0001-01-01T00:00:00Z' }, half: true, reason: 'another way to say never' },
  ];
  for (const { change, half, reason } of rows) {
    it(`${half ? 'is' : 'is not'} suspected: ${reason}`, () => {
      assert.equal(looksHalfCreated({ items: [], etag: '', metadata: { ...whole, ...change } }), half);
    });
  }
});

describe('a fingerprint', () => {
  it('is refused with what was expected when it is none', () => {
    for (const text of ['', 'sha256:…', 'ab'.repeat(31), 'g'.repeat(64), `sha1:${'ab'.repeat(20)}`]) {
      assert.throws(() => parseFingerprint(text), { reason: 'CertificateWrong', message: /expected 64 hex digits/ });
    }
  });
});
