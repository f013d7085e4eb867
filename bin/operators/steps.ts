import type { World } from '../command.ts';

/** One thing that a command changes. */
export interface Step {
  /** In the past tense, as it is told when it is done. */
  readonly done: string;
  readonly run: () => Promise<void>;
}

/**
 * Takes steps one after the other and tells each when it is done, so that a person knows after a failure
 * what was changed. Every step must be safe to take again.
 *
 * @throws the step's error, with what was done before in its message
 */
export async function takeSteps(
  steps: readonly Step[],
  { complain }: Pick<World, 'complain'>,
): Promise<void> {
  const taken: string[] = [];
  for (const { done, run } of steps) {
    try {
      await run();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const before =
        taken.length === 0 ? 'Nothing was changed.' : `Done before it: ${taken.join('; ')}.`;
      throw new Error(`${reason}\n${before} The command can be run again.`, { cause: error });
    }
    taken.push(done);
    complain(`✓ ${done}`);
  }
}
