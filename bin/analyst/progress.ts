import type { World } from '../command.ts';

/** Waiting this long for nothing to be seen is too long. */
const AFTER_MS = 500;

/** Shows how far a long read is, on stderr and only on a terminal; `done` removes it. */
export function progress({ terminal, now }: Pick<World, 'terminal' | 'now'>, what: string) {
  const started = now().getTime();
  let shown = 0;
  return {
    step: (done: number, of: number): void => {
      const time = now().getTime();
      if (time - started < AFTER_MS || time - shown < 100) return;
      shown = time;
      terminal?.status(`${what} ${done} of ${of} …`);
    },
    done: (): void => {
      if (shown > 0) terminal?.status('');
    },
  };
}
