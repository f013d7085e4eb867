import { Refusal, UsageError, type World } from '../command.ts';

/** One thing that a command changes. */
export interface Step {
  /** In the past tense, as it is told when it is done. */
  readonly done: string;
  readonly run: () => Promise<void>;
}

/** What a command has changed so far, in the past tense, so that a person knows it after a failure. */
export type Changes = string[];

/**
 * Takes steps one after the other, tells each when it is done and notes it in `changes`. Every step must be safe to
 * take again.
 */
export async function takeSteps(
  steps: readonly Step[],
  { complain }: Pick<World, 'complain'>,
  changes: Changes,
): Promise<void> {
  for (const { done, run } of steps) {
    await run();
    changes.push(done);
    complain(`✓ ${done}`);
  }
}

/**
 * A failure with what was changed before it, and that the command can be run again. What a person typed wrong, and what
 * says already that nothing was changed, is left as it is.
 */
export function withChanges(error: unknown, changes: readonly string[]): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError || (changes.length === 0 && message.includes('Nothing was')))
    return error;
  const before =
    changes.length === 0
      ? 'Nothing was changed.'
      : `Done before it: ${changes.join('; ')}. The command can be run again.`;
  const told = `${message}\n${before}`;
  return error instanceof Refusal
    ? new Refusal(told, error.exitCode)
    : new Error(told, { cause: error });
}
