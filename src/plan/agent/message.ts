import type { DeliveryObject } from '#api/delivery.ts';

/** The longest message that is typed, in characters. */
const MAX_LENGTH = 4000;
/** Room for nonce and count. */
const HEAD_LENGTH = 60;
const SEPARATOR = ' | ';

/** Of these deliveries, in their order, as many as fit into one message; always at least one. */
export function thatFit(deliveries: readonly DeliveryObject[]): readonly DeliveryObject[] {
  let length = 0;
  const count = deliveries.findIndex((delivery) => {
    length += delivery.spec.text.length + SEPARATOR.length;
    return length > MAX_LENGTH - HEAD_LENGTH;
  });
  return count < 0 ? deliveries : deliveries.slice(0, Math.max(1, count));
}

/** One message of these deliveries. It begins with its nonce, so that it is found again on the screen and in logs. */
export function composeMessage(deliveries: readonly DeliveryObject[], nonce: string): string {
  const texts = deliveries.map((delivery) => delivery.spec.text).join(SEPARATOR);
  const text = deliveries.length < 2 ? texts : `${String(deliveries.length)} things wait for you: ${texts}`;
  return plainLine(`[ccci ${nonce}] ${text}`).slice(0, MAX_LENGTH);
}

/** Text as one line without control characters: what is typed can not press a key. */
export function plainLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
}
