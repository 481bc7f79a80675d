/** What a phase is about: what the Builder writes, and what the Adversary runs to disbelieve it. */
export type Work = {
  readonly scope: string;
  readonly claim: string;
  /** The program after so many answered claims. The second phase has a mistake in its first version, an honest one. */
  readonly program: (claims: number) => string;
  readonly checks: readonly Check[];
};

/** One run of the program, and what it has to print. */
export type Check = {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly prints: string;
};

const HELLO = `#!/bin/sh
echo "hello, world"
`;

// Without quotes the shell takes "Ada Lovelace" apart.
const NAMES_UNQUOTED = `#!/bin/sh
for name in \${*:-world}; do
  echo "hello, $name"
done
`;

const NAMES = `#!/bin/sh
[ $# -gt 0 ] || set -- world
for name in "$@"; do
  echo "hello, $name"
done
`;

const LANGUAGES = `#!/bin/sh
case \${HELLO_LANGUAGE:-en} in
  fr) word=bonjour ;;
  *) word=hello ;;
esac
[ $# -gt 0 ] || set -- world
for name in "$@"; do
  echo "$word, $name"
done
`;

/** The three phases of the demo, by phase id. */
export const WORK: Readonly<Record<string, Work>> = {
  '1': {
    scope: 'hello',
    claim: 'it greets the world',
    program: () => HELLO,
    checks: [{ args: [], prints: 'hello, world\n' }],
  },
  '2': {
    scope: 'names',
    claim: 'it greets everybody by name',
    program: (claims) => (claims === 0 ? NAMES_UNQUOTED : NAMES),
    checks: [
      { args: [], prints: 'hello, world\n' },
      { args: ['Ada Lovelace', 'Grace'], prints: 'hello, Ada Lovelace\nhello, Grace\n' },
    ],
  },
  '3': {
    scope: 'languages',
    claim: 'it greets in French',
    program: () => LANGUAGES,
    checks: [
      { args: ['Ada Lovelace'], prints: 'hello, Ada Lovelace\n' },
      { args: ['Ada'], env: { HELLO_LANGUAGE: 'fr' }, prints: 'bonjour, Ada\n' },
    ],
  },
};
