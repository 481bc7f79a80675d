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

/** The same for questions about health, where a port alone is that port of this machine only. Undefined stays undefined. */
export function parseHealthAddress(text: string | undefined): ListenAddress | undefined {
  if (text === undefined) return undefined;
  const [, ipv6, name, port = ''] = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === '' || Number(port) > 65_535)
    throw usageError(
      `the address for health must be PORT or HOST:PORT, such as 8902, not ${JSON.stringify(text)}`,
      'correct --health-listen, CCCI_HEALTH_LISTEN, or healthListen in the configuration',
    );
  return { host: ipv6 ?? name ?? '127.0.0.1', port: Number(port) };
}
