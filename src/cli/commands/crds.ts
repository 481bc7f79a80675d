import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { optionalWord } from '../words.ts';

/** The options of `ccci crds`. */
export type CrdsOptions = { readonly folder: string | undefined };

/** `ccci crds`. */
export const crds = defineCommand<CrdsOptions>({
  summary: 'print the kinds as Kubernetes CustomResourceDefinitions',
  usage: ['crds [DIR]'],
  details: `Without a folder they are printed; with one, a file for each is written into it.`,
  flags: {},
  completes: 'Folders',
  examples: [
    { does: 'print them', line: 'crds' },
    { does: 'one file for each', line: 'crds crds/' },
  ],
  options(parsed) {
    return { folder: optionalWord(parsed, 'folder') };
  },
  async run({ folder }, { terminal, cwd }) {
    const [{ renderCrds }, { renderYaml }] = await Promise.all([import('#api/crd.ts'), import('#load/render-yaml.ts')]);
    const all = renderCrds();
    if (folder === undefined) terminal.out(all.map(renderYaml).join('---\n'));
    else {
      const [{ mkdir, writeFile }, { join, resolve }] = await Promise.all([
        import('node:fs/promises'),
        import('node:path'),
      ]);
      await mkdir(resolve(cwd, folder), { recursive: true });
      for (const crd of all) await writeFile(join(resolve(cwd, folder), `${crd.metadata.name}.yaml`), renderYaml(crd));
      terminal.out(`${String(all.length)} files written to ${folder}\n`);
    }
    return EXIT.ok;
  },
});
