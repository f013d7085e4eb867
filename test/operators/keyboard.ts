import type { Outside } from '../../bin/operators/outside.ts';

export interface Keyboard extends Outside {
  /** Programs that were run, as one line each. */
  readonly ran: string[];
  readonly asked: string[];
}

/** Somebody who answers what they are given, in order, and is gone after that. */
export function keyboard(
  answers: readonly string[] = [],
  only: Partial<Pick<Outside, 'run' | 'txtRecords'>> = {},
): Keyboard {
  const left = [...answers];
  const ran: string[] = [];
  const asked: string[] = [];
  return {
    ran,
    asked,
    isInteractive: true,
    ask: async (question) => {
      asked.push(question);
      return left.shift();
    },
    readSecret: async () => left.shift() ?? '',
    run: async (program, args) => {
      ran.push([program, ...args].join(' '));
      return 0;
    },
    txtRecords: async () => [],
    ...only,
  };
}
