import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isSigned } from '#web/verify-signature.ts';

const NOW_MS = 1_614_265_330_000;
const hex = (secret: string, body: string | Uint8Array) => createHmac('sha256', secret).update(body).digest('hex');
const bytes = (text: string) => new TextEncoder().encode(text);
const signed = (headers: Record<string, string>, body: string, secret: string) =>
  isSigned({ headers, body: bytes(body) }, secret, NOW_MS);

describe('a signature', () => {
  const published = [
    {
      reason: 'of GitHub, by the example in its documentation',
      headers: { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' },
      body: 'Hello, World!',
      secret: "It's a Secret to Everybody",
    },
    {
      reason: 'of Forgejo, by test case 2 of RFC 4231',
      headers: { 'x-forgejo-signature': '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843' },
      body: 'what do ya want for nothing?',
      secret: 'Jefe',
    },
    {
      reason: 'of GitLab with a signing token, by the example of Standard Webhooks',
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      body: '{"test": 2432232314}',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    },
  ];
  for (const { reason, headers, body, secret } of published) {
    it(`is right ${reason}, and wrong for another body or secret`, () => {
      assert.equal(signed(headers, body, secret), true);
      assert.equal(signed(headers, `${body} `, secret), false);
      assert.equal(signed(headers, body, secret.slice(0, -4)), false);
    });
  }

  const wrong = [
    { reason: 'is missing', headers: {} },
    { reason: 'is empty', headers: { 'x-gitea-signature': '' } },
    { reason: 'is cut', headers: { 'x-gitea-signature': hex('s', 'b').slice(0, 62) } },
    { reason: 'is no hex', headers: { 'x-gitea-signature': 'z'.repeat(64) } },
    { reason: 'lacks its prefix', headers: { 'x-hub-signature-256': hex('s', 'b') } },
    { reason: 'is of the old kind of GitHub', headers: { 'x-hub-signature': 'sha1=0123' } },
    {
      reason: 'is wrong beside a right one of lower rank',
      headers: { 'x-gitea-signature': hex('other', 'b'), 'x-hub-signature-256': `sha256=${hex('s', 'b')}` },
    },
    {
      reason: 'is wrong beside a right token',
      headers: {
        'webhook-signature': 'v1,AAAA',
        'webhook-id': '1',
        'webhook-timestamp': '1614265330',
        'x-gitlab-token': 's',
      },
    },
    { reason: 'is another token', headers: { 'x-gitlab-token': 'S' } },
  ];
  for (const { reason, headers } of wrong)
    it(`does not count when it ${reason}`, () =>
      assert.equal(signed(headers as Record<string, string>, 'b', 's'), false));

  it('of Gitea is right in either case of letters, and the secret token of GitLab is right as it is', () => {
    assert.equal(signed({ 'x-gitea-signature': hex('s', 'b').toUpperCase() }, 'b', 's'), true);
    assert.equal(signed({ 'x-gitlab-token': 'sécret' }, 'anything', 'sécret'), true);
  });

  it('with a time counts for five minutes in both directions, and among several one has to be right', () => {
    const sign = (time: number) => {
      const text = createHmac('sha256', 'plain').update(`id.${time}.b`).digest('base64');
      return { 'webhook-id': 'id', 'webhook-timestamp': String(time), 'webhook-signature': `v2,x v1,AAAA v1,${text}` };
    };
    for (const [late, right] of [
      [299, true],
      [-299, true],
      [301, false],
      [-301, false],
    ] as const)
      assert.equal(signed(sign(NOW_MS / 1000 + late), 'b', 'plain'), right, String(late));
  });

  it('is over the raw bytes, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ minLength: 1 }), (body, secret) => {
        assert.equal(isSigned({ headers: { 'x-gitea-signature': hex(secret, body) }, body }, secret, NOW_MS), true);
        const more = Buffer.concat([body, Buffer.from([0])]);
        assert.equal(
          isSigned({ headers: { 'x-gitea-signature': hex(secret, body) }, body: more }, secret, NOW_MS),
          false,
        );
      }),
    );
  });
});
