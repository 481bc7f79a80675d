import { z } from 'zod';

import { LocalPath } from './fields.ts';
import { exactlyOneOf, rule } from './rule.ts';

const Variable = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'must be the name of a variable: letters, digits and "_", not beginning with a digit',
  );

const fields = {
  envFile: LocalPath.optional().describe('File of KEY=value lines with user and password of an http(s) remote.'),
  usernameVariable: Variable.optional().describe('Its variable with the user. Default: GIT_USERNAME.'),
  passwordVariable: Variable.optional().describe('Its variable with the password or token. Default: GIT_PASSWORD.'),
  keyFile: LocalPath.optional().describe('Private key for an ssh remote, without a passphrase.'),
  knownHostsFile: LocalPath.optional().describe(
    "Keys of the hosts to trust. Default: the known hosts of the controller's user.",
  ),
};

type Shape = z.infer<z.ZodObject<typeof fields>>;

/** Where the credentials of a remote are: paths and names, never values. */
export const RepositoryCredentials = z
  .strictObject(fields)
  .check(exactlyOneOf<Shape>('envFile', 'keyFile'), rule(['envFile', 'keyFile'], checkCompanions));
export type RepositoryCredentials = z.infer<typeof RepositoryCredentials>;

function checkCompanions(value: Shape) {
  const lost = [
    ...(['usernameVariable', 'passwordVariable'] as const).map((field) => ({ field, needs: 'envFile' as const })),
    { field: 'knownHostsFile' as const, needs: 'keyFile' as const },
  ];
  return lost
    .filter(({ field, needs }) => value[field] !== undefined && value[needs] === undefined)
    .map(({ field, needs }) => ({ path: [field], rule: `must be set together with ${needs}` }));
}
