import { createServer } from 'node:net';

/** A port on loopback that answers until it is closed: what a probe of a test asks. */
export async function openDoor(port: number): Promise<{ close(): Promise<void> }> {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { close: () => new Promise((resolve) => server.close(() => resolve())) };
}
