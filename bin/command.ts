import type { Command } from 'commander';

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
}

export type CommandFile = (world: World) => Command;

/** The person typed something that cannot be meant. Exit code 2, no stack. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
