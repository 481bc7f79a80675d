import { globSync, readFileSync } from 'node:fs';

const edges = new Set<string>();
for (const file of globSync('src/*/**/*.ts')) {
  const from = file.split('/')[1];
  for (const [, to] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'#([a-z]+)\//g))
    edges.add(`${from} --> ${to}`);
}
console.log(
  `graph LR\n${[...edges]
    .sort()
    .map((edge) => `  ${edge}`)
    .join('\n')}`,
);
