import { z } from 'zod';

import { LocalPath } from './fields.ts';
import { exactlyOneOf, rule } from './rule.ts';

const fields = {
  url: z
    .string()
    .regex(/^https:\/\/[^\s/]+\/?$/, 'must be an address such as https://192.0.2.1:8443')
    .optional()
    .describe('Address of the server.'),
  certFile: LocalPath.optional().describe('Client certificate that the server trusts. Needed with url.'),
  keyFile: LocalPath.optional().describe('Key of the client certificate. Needed with url.'),
  fingerprint: z
    .string()
    .regex(/^sha256:[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$/, 'must be "sha256:" and 64 hexadecimal digits')
    .optional()
    .describe("SHA-256 of the server's certificate."),
  caFile: LocalPath.optional().describe('Certificate of the server, or of the authority that signed it.'),
  insecure: z
    .literal(true, 'must be true, or left out')
    .optional()
    .describe('Do not check who the server is. Anybody on the way can then read and change everything.'),
  socket: LocalPath.optional().describe('Unix socket of a server on this machine, instead of url.'),
};

type Shape = z.infer<z.ZodObject<typeof fields>>;

const OVER_NETWORK = ['certFile', 'keyFile', 'fingerprint', 'caFile', 'insecure'] as const;
const IDENTITY = ['fingerprint', 'caFile', 'insecure'] as const;

/** An Incus server: by address, with a client certificate and one way to know the server; or by Unix socket. */
export const VirtualMachineServer = z
  .strictObject(fields)
  .check(exactlyOneOf('url', 'socket'), rule(['url', 'socket', ...OVER_NETWORK], checkTrust));
export type VirtualMachineServer = z.infer<typeof VirtualMachineServer>;

function checkTrust(server: Shape) {
  if (server.url === undefined) {
    return OVER_NETWORK.filter((field) => server[field] !== undefined).map((field) => ({
      path: [field],
      rule: 'must not be set with socket: it is for url',
    }));
  }
  const missing = (['certFile', 'keyFile'] as const).filter((field) => server[field] === undefined);
  const findings = missing.map((field) => ({ path: [field], rule: 'must be set with url' }));
  const identities = IDENTITY.filter((field) => server[field] !== undefined);
  const wrong = identities.length !== 1;
  return wrong
    ? [...findings, { path: [], rule: 'must have exactly one of fingerprint, caFile, insecure: true with url' }]
    : findings;
}
