import type { Notice } from '#api/notifier-status.ts';
import type { NotifierSpec } from '#api/notifier.ts';
import type { NotifyRequest } from '#drivers/notify/notify.ts';

import { plainText } from './plain-text.ts';

const TEXT_MAX = 1000;
const NAME_MAX = 120;
const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };

/** The request that tells a message. All text in it comes from outside and is made harmless for where it goes. */
export function renderNotice(spec: NotifierSpec, notice: Notice): NotifyRequest {
  const headers = { ...JSON_TYPE, 'X-Ccci-Message-Id': notice.id };
  const { type, url, command = [], secretFile } = spec;
  const secret = (use: 'Signature' | 'Bearer' | 'Address') =>
    secretFile === undefined ? {} : { secret: { file: secretFile, use } };
  switch (type) {
    case 'Exec':
      return { type: 'Run', command, input: `${JSON.stringify(payloadOf(notice))}\n` };
    case 'Webhook':
      return { type: 'Post', url, headers, body: JSON.stringify(payloadOf(notice)), ...secret('Signature') };
    case 'Slack':
      return { type: 'Post', url, headers, body: JSON.stringify(slackPayload(notice)), ...secret('Address') };
    case 'Ntfy': {
      const { base, topic } = ntfyTopic(url ?? '');
      return {
        type: 'Post',
        url: base,
        headers,
        body: JSON.stringify(ntfyPayload(notice, topic)),
        ...secret('Bearer'),
      };
    }
  }
}

/** The title of a message: what it is about, and how it stands. */
export function titleOf({ sort, about, reason }: Notice): string {
  const [kind = '', name = ''] = about.split('/');
  const object = plainText(`${kind.toLowerCase()}/${name}`, NAME_MAX);
  if (sort === 'Digest') return 'ccci: much happened';
  if (sort === 'Test') return 'ccci: a test';
  const word = { Problem: '', Update: 'still ', Recovery: 'over: ', Notice: '' }[sort];
  return `${object}: ${word}${plainText(reason, NAME_MAX)}`;
}

function payloadOf(notice: Notice) {
  const { id, sort, incident, severity, about, reason, at, count } = notice;
  return {
    version: 1,
    ...{ id, incident: incident ?? id, sort, severity, about: plainText(about, NAME_MAX) },
    ...{ reason: plainText(reason, NAME_MAX), title: titleOf(notice), text: plainText(notice.text, TEXT_MAX) },
    ...{ at, count, attempt: notice.attempts + 1, ...(notice.counts === undefined ? {} : { counts: notice.counts }) },
  };
}

// Slack reads these three as markup: https://docs.slack.dev/messaging/formatting-message-text
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function slackPayload(notice: Notice) {
  const text = `${titleOf(notice)}\n${plainText(notice.text, TEXT_MAX)}`;
  return { text: escapeSlack(text), mrkdwn: false, link_names: false, unfurl_links: false, unfurl_media: false };
}

// Published as JSON to the server's root, so that any language is kept: https://docs.ntfy.sh/publish/#publish-as-json
function ntfyPayload(notice: Notice, topic: string) {
  const isBad = notice.severity === 'Warning';
  const tags = [notice.sort === 'Recovery' ? 'white_check_mark' : isBad ? 'warning' : 'information_source'];
  const message = plainText(notice.text, TEXT_MAX);
  return { topic, title: titleOf(notice), message, priority: isBad ? 4 : 3, tags, markdown: false };
}

function ntfyTopic(url: string): { base: string; topic: string } {
  const [, base = url, topic = ''] = /^(.*\/)([^/]+)$/.exec(url) ?? [];
  return { base, topic };
}
