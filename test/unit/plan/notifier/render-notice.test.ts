import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import type { Notice } from '#api/notifier-status.ts';
import { plainText } from '#plan/notifier/plain-text.ts';
import { renderNotice } from '#plan/notifier/render-notice.ts';

import { objectOf } from '../../../support/plan-input.ts';

const HOSTILE = 'look <!channel> & <https://evil.example|here>\u001b[31m\u202e\r\nX-Injected: 1';

function noticeOf(text: string): Notice {
  return {
    ...{ id: 'm1', sort: 'Problem', severity: 'Warning', about: 'Agent/builder', reason: 'CrashLoopBackOff', text },
    ...{ at: '2026-03-01T10:00:00.000Z', count: 1, attempts: 0 },
  };
}

function render(spec: object, text = HOSTILE) {
  return renderNotice(objectOf('Notifier', { spec }).spec, noticeOf(text));
}

describe('a message from a hostile repository', () => {
  test('can not make Slack shout or link', () => {
    const request = render({ type: 'Slack', secretFile: '/etc/slack' });
    assert.ok(request.type === 'Post' && request.secret?.use === 'Address' && request.url === undefined);
    const { text } = JSON.parse(request.body) as { text: string };
    assert.ok(!/[<>]/.test(text.replaceAll(/&[lg]t;/g, '')));
    assert.match(text, /&lt;!channel&gt; &amp;/);
  });

  test('reaches ntfy as plain text for the topic, with nothing of it in a header', () => {
    const request = render({ type: 'Ntfy', url: 'https://ntfy.example.org/sub/my-topic', secretFile: '/etc/ntfy' });
    assert.ok(request.type === 'Post' && request.secret?.use === 'Bearer');
    assert.equal(request.url, 'https://ntfy.example.org/sub/');
    assert.ok(!Object.values(request.headers).join().includes('Injected'));
    const body = JSON.parse(request.body) as Record<string, unknown>;
    assert.equal(body['topic'], 'my-topic');
    assert.equal(body['markdown'], false);
    assert.equal(body['message'], 'look <!channel> & <https://evil.example|here> [31m X-Injected: 1');
  });

  test('reaches a program on its input only', () => {
    const request = render({ type: 'Exec', command: ['tell', '--now'] });
    assert.ok(request.type === 'Run');
    assert.deepEqual(request.command, ['tell', '--now']);
    assert.equal((JSON.parse(request.input) as { id: string }).id, 'm1');
  });

  test('is at most as long as it may be, and has no control or invisible character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 1, max: 100 }), (text, max) => {
        const plain = plainText(text, max);
        assert.ok([...plain].length <= max);
        assert.ok(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(plain));
      }),
    );
  });
});
