import { usageError } from '../cli-error.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { oneWord } from '../words.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** The options of `ccci completion`. */
export type CompletionOptions = { readonly shell: (typeof SHELLS)[number] };

/** `ccci completion`. */
export const completion = defineCommand<CompletionOptions>({
  summary: 'print a script that lets a shell complete commands, kinds and names',
  usage: ['completion bash|zsh|fish'],
  flags: {},
  completes: 'Shells',
  examples: [
    { does: 'bash, in this shell', line: 'completion bash > /tmp/ccci.bash && . /tmp/ccci.bash' },
    { does: 'fish, for good', line: 'completion fish > ~/.config/fish/completions/ccci.fish' },
  ],
  options(parsed) {
    const word = oneWord(parsed, 'a shell');
    const shell = SHELLS.find((one) => one === word);
    if (shell === undefined) throw usageError(`shell must be one of ${SHELLS.join(', ')}, not ${JSON.stringify(word)}`);
    return { shell };
  },
  async run({ shell }, { terminal }) {
    terminal.out(SCRIPTS[shell]);
    return EXIT.ok;
  },
});

const SCRIPTS: Readonly<Record<CompletionOptions['shell'], string>> = {
  bash: `_ccci() {
  local IFS=$'\\n' found
  found=$(ccci __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=($(compgen -W "$found" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o filenames -F _ccci ccci
`,
  zsh: `#compdef ccci
_ccci() {
  local -a found
  found=("\${(@f)$(ccci __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=(\${found:#})
  if (( \${#found} )); then compadd -a found; else _files; fi
}
compdef _ccci ccci
`,
  fish: `function __ccci_complete
    set -l words (commandline -opc) (commandline -ct)
    ccci __complete -- $words[2..-1] 2>/dev/null
end
complete -c ccci -a '(__ccci_complete)'
`,
};
