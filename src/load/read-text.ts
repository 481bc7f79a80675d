import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';

/** The text of a file, or why it can not be taken: a rule, and the line where it is broken. */
export type ReadText = { readonly text: string } | { readonly rule: string; readonly line?: number };

/** The text of a UTF-8 file of at most `limitBytes`; a larger regular file is refused before it is read. Never throws for what is there. */
export async function readText(path: string, limitBytes: number): Promise<ReadText> {
  try {
    const handle = await open(path, 'r');
    try {
      const stat = await handle.stat();
      if (stat.isDirectory()) return { rule: 'must be a file, not a folder' };
      if (stat.isFile() && stat.size > limitBytes) return tooLarge(limitBytes, stat.size);
      return await readStream(handle.createReadStream({ autoClose: false }), limitBytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { rule: explainOpen(error) };
  }
}

/** The text of a stream, read no further than just past `limitBytes`. */
export async function readStream(stream: AsyncIterable<Uint8Array | string>, limitBytes: number): Promise<ReadText> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > limitBytes) return tooLarge(limitBytes);
    chunks.push(buffer);
  }
  return decodeText(Buffer.concat(chunks));
}

/** The text of UTF-8 bytes, with or without a byte order mark. */
export function decodeText(bytes: Buffer): ReadText {
  if (/^(fffe|feff)/.test(bytes.toString('hex', 0, 2))) {
    return { rule: 'must be UTF-8 text, but is UTF-16; convert it, for example with iconv -f utf-16 -t utf-8' };
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) return { rule: 'must be text, but holds NUL bytes, as binary files do', line: lineAt(bytes, nul) };
  if (!isUtf8(bytes)) return { rule: 'must be UTF-8 text, but is not', line: firstBrokenLine(bytes) };
  const text = bytes.toString('utf8');
  return { text: text.startsWith('\uFEFF') ? text.slice(1) : text };
}

function lineAt(bytes: Buffer, offset: number): number {
  return bytes.toString('latin1', 0, offset).split('\n').length;
}

function firstBrokenLine(bytes: Buffer): number {
  for (let line = 1, from = 0; ; line += 1) {
    const end = bytes.indexOf(0x0a, from);
    if (end < 0 || !isUtf8(bytes.subarray(from, end))) return line;
    from = end + 1;
  }
}

function tooLarge(limitBytes: number, bytes?: number): ReadText {
  const present = bytes === undefined ? 'has more' : `has ${renderBytes(bytes)}`;
  return { rule: `must have at most ${renderBytes(limitBytes)}, but ${present}` };
}

function renderBytes(bytes: number): string {
  return bytes >= 2 ** 20 ? `${Math.round((bytes / 2 ** 20) * 10) / 10} MiB` : `${Math.ceil(bytes / 2 ** 10)} KiB`;
}

function explainOpen(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'must be there, but there is no such file';
  if (code === 'EACCES') return 'must be readable, but permission is denied';
  return `must be readable: ${error instanceof Error ? error.message : String(error)}`;
}
