import { basename, relative, resolve, sep } from 'node:path';
import type { Rule, SourceCode } from 'eslint';

const bannedWords = ['manager', 'helper', 'util', 'data', 'info', 'misc'];

function bannedWordIn(name: string): string | undefined {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return bannedWords.find((banned) => words.some((word) => word === banned || word === `${banned}s`));
}

type Node = Rule.Node & { id?: { name?: string }; declarations?: { id: { name?: string } }[] };

function declaredNames(declaration: Node): string[] {
  const named = [declaration, ...(declaration.declarations ?? [])].map((each) => (each as Node).id?.name);
  return named.filter((name) => name !== undefined);
}

/** Files are kebab-case and carry no empty word such as `util`. */
const fileName: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    messages: {
      form: 'Name the file "{{name}}" in kebab-case, after its main export.',
      word: 'The word "{{word}}" says nothing: name the file after its main export.',
    },
  },
  create(context) {
    return {
      Program(node) {
        const name = basename(context.filename).replace(/^\./, '');
        if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.(ts|js|mjs)$/.test(name) || name === 'index.ts')
          context.report({ node, messageId: 'form', data: { name } });
        const word = bannedWordIn(name);
        if (word !== undefined) context.report({ node, messageId: 'word', data: { word } });
      },
    };
  },
};

/** Exports carry no empty word such as `Manager`. */
const exportName: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    messages: { word: 'The word "{{word}}" in "{{name}}" says nothing: name what it is or does.' },
  },
  create(context) {
    return {
      ExportNamedDeclaration(node) {
        if (!node.declaration) return;
        for (const name of declaredNames(node.declaration as Node)) {
          const word = bannedWordIn(name);
          if (word !== undefined) context.report({ node, messageId: 'word', data: { word, name } });
        }
      },
    };
  },
};

function hasDocstring(source: SourceCode, node: Rule.Node): boolean {
  return source.getCommentsBefore(node).some((comment) => comment.type === 'Block' && comment.value.startsWith('*'));
}

/** Every exported function, class, type and value has a docstring; overloads and a type beside its schema share one. */
const exportedDocstring: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    messages: { missing: 'Say in a /** sentence */ above "{{name}}" what it is or guarantees.' },
  },
  create(context) {
    const documented = new Set<string>();
    return {
      ExportNamedDeclaration(node) {
        if (!node.declaration) return;
        const names = declaredNames(node.declaration as Node);
        if (hasDocstring(context.sourceCode, node)) names.forEach((name) => documented.add(name));
        const name = names.find((each) => !documented.has(each));
        if (name !== undefined) context.report({ node, messageId: 'missing', data: { name } });
      },
    };
  },
};

function topFolder(root: string, file: string): string {
  const [first = '', second = ''] = relative(root, file).split(sep);
  return first === 'src' ? `src/${second}` : first;
}

/** Between the folders of src imports are written `#folder/file.ts`, inside one `./file.ts`, so that a border shows. */
const importForm: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    messages: {
      crossing: 'This import leaves "{{from}}": write it as "#folder/file.ts".',
      inside: 'This import stays inside "{{from}}": write it as "./file.ts".',
    },
  },
  create(context) {
    const root = context.cwd;
    const from = topFolder(root, context.filename);
    function check(node: Rule.Node & { source?: { value?: unknown } | null | undefined }): void {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string') return;
      if (specifier.startsWith('#') && `src/${specifier.slice(1).split('/')[0]}` === from)
        context.report({ node, messageId: 'inside', data: { from } });
      if (!specifier.startsWith('.')) return;
      const to = topFolder(root, resolve(context.filename, '..', specifier));
      if (to.startsWith('src/') && to !== from) context.report({ node, messageId: 'crossing', data: { from } });
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

/** A suppression names its rule and gives a reason: `// eslint-disable-next-line rule -- reason`. */
const suppressionReason: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    messages: { reason: 'Name the rule and the reason: "eslint-disable-next-line rule -- reason".' },
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const isBare =
            /^\s*eslint-disable/.test(comment.value) && !/eslint-disable\S*\s+\S.*\s--\s+\S/.test(comment.value);
          const isTypes = /^\s*@ts-(ignore|nocheck)/.test(comment.value);
          if ((isBare || isTypes) && comment.loc) context.report({ loc: comment.loc, messageId: 'reason' });
        }
      },
    };
  },
};

/** The project's own lint rules, for what no well-kept plugin says in few words. */
export const lintRules = {
  rules: {
    'file-name': fileName,
    'export-name': exportName,
    'exported-docstring': exportedDocstring,
    'import-form': importForm,
    'suppression-reason': suppressionReason,
  },
};
