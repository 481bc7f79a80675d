import { resolve } from 'node:path';
import type { Kind } from '#api/kind.ts';
import type { Json, JsonObject } from './json.ts';
import { isJsonObject } from './json.ts';

/** Fields that hold a path on the controller's machine, by kind, below spec; `*` stands for every item of a list. */
export const LOCAL_PATHS: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  Agent: ['workdir', 'prompt.file', 'wake.prompt.file', 'envFiles.*', 'env.*.valueFrom.file'],
  AgentRun: ['prompt.file'],
  Gate: ['requireSignature.allowedSignersFile'],
  Repository: ['credentials.envFile', 'credentials.keyFile', 'credentials.knownHostsFile', 'webhook.secretFile'],
  Notifier: ['secretFile'],
  VirtualMachine: [
    'server.certFile',
    'server.keyFile',
    'server.caFile',
    'server.socket',
    'cloudInit.userData.file',
    'cloudInit.vendorData.file',
    'cloudInit.networkConfig.file',
    'cloudInit.secrets.*.valueFrom.file',
    'probes.*.ssh.keyFile',
    'probes.*.http.caFile',
    'preconditions.*.file.from',
    'preconditions.*.line.from',
  ],
};

/** A spec whose local paths are absolute: relative ones start at the manifest's folder. The given spec is not changed. */
export function resolveLocalPaths(kind: Kind, spec: JsonObject, folder: string): JsonObject {
  const patterns = (LOCAL_PATHS[kind] ?? []).map((pattern) => pattern.split('.'));
  const fields = Object.entries(spec).map(([field, value]): [string, Json] => {
    const inside = patterns.filter(([first]) => first === field).map(([, ...rest]) => rest);
    return [field, inside.reduce((done, steps) => replaceAt(done, steps, (path) => resolve(folder, path)), value)];
  });
  return Object.fromEntries(fields);
}

function replaceAt(value: Json, steps: readonly string[], replace: (path: string) => string): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return typeof value === 'string' ? replace(value) : value;
  if (Array.isArray(value)) return step === '*' ? value.map((item: Json) => replaceAt(item, rest, replace)) : value;
  const inner = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  return isJsonObject(value) && inner !== undefined ? { ...value, [step]: replaceAt(inner, rest, replace) } : value;
}
