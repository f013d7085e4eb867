import type { Command } from 'commander';
import type { Outside } from './operators/outside.ts';

/** What a command may touch. `main` is called with the real ones; tests pass their own. */
export interface World {
  /** Data, one line each. */
  readonly print: (line: string) => void;
  /** Everything else. */
  readonly complain: (line: string) => void;
  readonly now: () => Date;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  readonly randomBytes: (size: number) => Buffer;
  /** What is known of the screen; without it output is piped and nothing is shown in passing. */
  readonly terminal?: Terminal;
  /** Ctrl-C: finish what is under way and leave a state that can be resumed. */
  readonly signal?: AbortSignal;
  /** The keyboard, other programs and DNS, where a command needs them; default: the real ones. */
  readonly outside?: Outside;
}

export interface Terminal {
  /** Width of stdout in characters; undefined when it is no terminal. */
  readonly columns: number | undefined;
  readonly colour: boolean;
  /** Replaces the last line of stderr; an empty text removes it. Does nothing when stderr is no terminal. */
  readonly status: (text: string) => void;
}

export type CommandFile = (world: World) => Command;

/** The person typed something that cannot be meant. Exit code 2, no stack. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Exit codes besides 0 (done), 1 (failed) and 2 (wrong usage). */
export const EXIT = { credentials: 3, notFound: 4, problems: 5 } as const;

/** Something outside the program must change first; the message says what, and the next command to type. */
export class Refusal extends Error {
  readonly exitCode: (typeof EXIT)[keyof typeof EXIT];

  constructor(message: string, exitCode: (typeof EXIT)[keyof typeof EXIT]) {
    super(message);
    this.name = 'Refusal';
    this.exitCode = exitCode;
  }
}
