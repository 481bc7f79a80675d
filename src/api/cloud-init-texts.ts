import { checkTemplate, renderPrompt } from './prompt-template.ts';
import type { CloudInit } from './virtual-machine-cloud-init.ts';

/** Configuration keys of an instance that hold first-boot texts, by field of the manifest. */
export const CLOUD_INIT_KEYS = {
  userData: 'cloud-init.user-data',
  vendorData: 'cloud-init.vendor-data',
  networkConfig: 'cloud-init.network-config',
} as const;

/** True for a key whose value may hold secrets: it is shown by digest only. */
export function isSecretKey(key: string): boolean {
  return /^(cloud-init\.|user\.(user-data|vendor-data|network-config|meta-data)$)/.test(key);
}

/** The texts of a manifest's cloudInit: file by configuration key. */
export function cloudInitFiles(
  cloudInit: CloudInit | undefined,
): readonly { readonly key: string; readonly file: string }[] {
  const fields = Object.entries(CLOUD_INIT_KEYS) as [keyof typeof CLOUD_INIT_KEYS, string][];
  return fields.flatMap(([field, key]) => {
    const file = cloudInit?.[field]?.file;
    return file === undefined ? [] : [{ key, file }];
  });
}

/** A text with `{{ secrets.NAME }}` filled in; or what is wrong with it. The result may hold secrets. */
export function renderCloudInit(
  template: string,
  secrets: Readonly<Record<string, string>>,
): { readonly text: string } | { readonly mistake: string } {
  const variables = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`secrets.${name}`, value]));
  const [mistake] = checkTemplate(template, Object.keys(variables));
  if (mistake === undefined) return { text: renderPrompt(template, variables) };
  const place = `line ${String(mistake.line)}, column ${String(mistake.column)}`;
  return { mistake: `${place}: "${mistake.found}" is none of its secrets; write "{{{{" where two braces are meant` };
}
