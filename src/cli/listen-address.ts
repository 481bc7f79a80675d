import { usageError } from './cli-error.ts';

/** Host and port to listen on. */
export type ListenAddress = { readonly host: string; readonly port: number };

/** The address in `HOST:PORT` or `[IPV6]:PORT`. A host must be given: an address that everybody can reach is somebody's decision. Throws a usage error. */
export function parseListenAddress(text: string): ListenAddress {
  const [, ipv6, name, port = ''] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = ipv6 ?? name;
  if (host === undefined || Number(port) > 65_535)
    throw usageError(
      `the address for webhooks must be HOST:PORT, such as 127.0.0.1:8901, not ${JSON.stringify(text)}`,
      'correct --webhook-listen, CCCI_WEBHOOK_LISTEN, or webhookListen in the configuration',
    );
  return { host, port: Number(port) };
}
