import type { DeliveryObject } from '#api/delivery.ts';

/** The longest message that is typed, in characters. */
const MAX_LENGTH = 4000;

/** One message of all due deliveries. It begins with its nonce, so that it is found again on the screen and in logs. */
export function composeMessage(deliveries: readonly DeliveryObject[], nonce: string): string {
  const texts = deliveries.map((delivery) => delivery.spec.text).join(' | ');
  const text = deliveries.length < 2 ? texts : `${String(deliveries.length)} things wait for you: ${texts}`;
  return plainLine(`[ccci ${nonce}] ${text}`).slice(0, MAX_LENGTH);
}

/** Text as one line without control characters: what is typed can not press a key. */
export function plainLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
}
