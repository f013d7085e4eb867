import { Argument, Command } from 'commander';
import type { CommandFile } from '../command.ts';

type Shell = 'bash' | 'zsh' | 'fish';

/** promisewatch completions bash|zsh|fish */
export const completions: CommandFile = (world) =>
  new Command('completions')
    .description('print completions for your shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'before',
      `Examples:
  promisewatch completions bash > ~/.local/share/bash-completion/completions/promisewatch
  promisewatch completions zsh > "\${fpath[1]}/_promisewatch"
  promisewatch completions fish > ~/.config/fish/completions/promisewatch.fish\n`,
    )
    .action((shell: Shell, _flags, command: Command) => {
      world.print(completionScript(shell, command.parent ?? command));
    });

interface Level {
  /** Words of the command, without the program's name. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly says: string }[];
}

/** Every command with what can follow it, from the tree itself, so that it is never out of date. */
function levelsOf(command: Command, path = ''): Level[] {
  const words = [
    ...command.commands.map((child) => ({ word: child.name(), says: child.description() })),
    ...command.options.map((option) => ({
      word: option.long ?? option.short ?? '',
      says: option.description,
    })),
  ];
  return [
    { path, words },
    ...command.commands.flatMap((child) => levelsOf(child, `${path} ${child.name()}`.trim())),
  ];
}

export function completionScript(shell: Shell, program: Command): string {
  const levels = levelsOf(program);
  if (shell === 'fish') return fish(levels);
  return shell === 'bash' ? bash(levels) : zsh(levels);
}

/** Words typed so far that name commands: all that do not begin with a dash, as far as a level is known. */
function bash(levels: readonly Level[]): string {
  return `# completions of promisewatch for bash
_promisewatch() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word next
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    case "$next" in ${levels
      .filter(({ path }) => path !== '')
      .map(({ path }) => `'${path}'`)
      .join('|')}) path="$next" ;; esac
  done
  case "$path" in
${levels.map(({ path, words }) => `    '${path}') COMPREPLY=($(compgen -W '${words.map(({ word }) => word).join(' ')}' -- "$current")) ;;`).join('\n')}
  esac
}
complete -o default -F _promisewatch promisewatch`;
}

function zsh(levels: readonly Level[]): string {
  const plain = (text: string) => text.replaceAll(/[':\\[\]]/g, ' ');
  return `#compdef promisewatch
_promisewatch() {
  local path="" word next
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${path:+$path }$word"
    case "$next" in ${levels
      .filter(({ path }) => path !== '')
      .map(({ path }) => `'${path}'`)
      .join('|')}) path="$next" ;; esac
  done
  local -a known
  case "$path" in
${levels.map(({ path, words }) => `    '${path}') known=(${words.map(({ word, says }) => `'${word}:${plain(says)}'`).join(' ')}) ;;`).join('\n')}
  esac
  _describe 'promisewatch' known || _files
}
_promisewatch "$@"`;
}

function fish(levels: readonly Level[]): string {
  const plain = (text: string) => text.replaceAll(/['\\]/g, ' ');
  return levels
    .flatMap(({ path, words }) => {
      const when =
        path === ''
          ? '__fish_use_subcommand'
          : path
              .split(' ')
              .map((word) => `__fish_seen_subcommand_from ${word}`)
              .join('; and ');
      return words.map(({ word, says }) => {
        const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
        return `complete -c promisewatch -n '${when}' ${what} -d '${plain(says)}'`;
      });
    })
    .join('\n');
}
