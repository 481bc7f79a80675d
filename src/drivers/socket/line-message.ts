import type { Socket } from 'node:net';
import type { Json } from './control-socket.ts';

/** Largest message in bytes, either way. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Reads one line of JSON from a connection. Rejects when it is too long, is not JSON, or ends without a line end. */
export function readMessage(socket: Socket): Promise<Json> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection ended before a whole message')));
    socket.on('data', (chunk: Buffer) => {
      const end = chunk.indexOf(0x0a);
      chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
      length += end < 0 ? chunk.length : end;
      if (length > MAX_MESSAGE_BYTES) reject(new Error(`the message is longer than ${MAX_MESSAGE_BYTES} bytes`));
      else if (end >= 0) parse(Buffer.concat(chunks)).then(resolve, reject);
    });
  });
}

/** The bytes of one message. Throws when it is longer than the other side takes. */
export function encodeMessage(message: Json): Buffer {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`, 'utf8');
  if (bytes.length - 1 > MAX_MESSAGE_BYTES) throw new Error(`the message is longer than ${MAX_MESSAGE_BYTES} bytes`);
  return bytes;
}

async function parse(line: Buffer): Promise<Json> {
  try {
    const message: Json = JSON.parse(line.toString('utf8'));
    return message;
  } catch (error) {
    throw new Error('the message is not JSON', { cause: error });
  }
}
