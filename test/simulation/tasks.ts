/** What may befall a request on its way. */
export type Fate =
  | 'done'
  /** The process dies before the request leaves it. */
  | 'crash before'
  /** The request takes effect and the process dies before it learns so. */
  | 'crash after'
  /** The request takes effect; its answer and those of all retries are lost. */
  | 'answer lost'
  /** The request takes effect twice, because the client repeats it. */
  | 'repeated'
  /** The request is refused and has no effect. */
  | 'refused';

/** The service did not answer, or answered with an error. */
export class ServiceTrouble extends Error {
  override readonly name = 'ServiceTrouble';
}

export type Ending = 'succeeded' | 'failed' | 'crashed';

/** One running process: an invocation of a function, or a command. */
export interface Task {
  readonly name: string;
  isAlive: boolean;
  readonly ended: (how: Ending, error?: unknown) => void;
}

interface Pending {
  readonly task: Task;
  readonly name: string;
  readonly go: (fate: Fate) => void;
}

/**
 * Runs processes that do nothing but wait for their requests, and lets one request through at a time: which one,
 * and what befalls it, is `choose`'s decision. A process that is killed never hears of its requests again.
 */
export function taskRunner(choose: {
  /** An integer from 0 up to, but not including, `count`. */
  readonly next: (count: number) => number;
  readonly fate: (task: string, request: string) => Fate;
}) {
  const pending: Pending[] = [];
  let running = 0;

  const kill = (task: Task): void => {
    if (!task.isAlive) return;
    task.isAlive = false;
    for (let at = pending.length - 1; at >= 0; at--)
      if (pending[at]?.task === task) pending.splice(at, 1);
    running--;
    task.ended('crashed');
  };

  return {
    /** Starts a process. `ended` is called once. */
    start(
      name: string,
      work: (task: Task) => Promise<unknown>,
      ended: Task['ended'] = () => {},
    ): void {
      const task: Task = { name, isAlive: true, ended };
      running++;
      const end = (how: Ending, error?: unknown) => {
        if (!task.isAlive) return;
        task.isAlive = false;
        running--;
        ended(how, error);
      };
      work(task).then(
        () => end('succeeded'),
        (error: unknown) => end('failed', error),
      );
    },

    /** A request of a process: waits for its turn, then takes effect at one instant. */
    request<T>(task: Task, name: string, effect: () => T): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        if (!task.isAlive) return;
        const travel = { name, effect, resolve, reject, kill: () => kill(task) };
        pending.push({ task, name, go: (fate) => meet(fate, travel) });
      });
    },

    /** Until every process has ended. */
    async settle(): Promise<void> {
      for (;;) {
        await quiet();
        if (running === 0) return;
        const at = choose.next(pending.length);
        const [chosen] = pending.splice(at, 1);
        if (chosen === undefined)
          throw new Error('a process waits for something that is no request of the simulation');
        chosen.go(choose.fate(chosen.task.name, chosen.name));
      }
    },
  };
}

interface Travel<T> {
  readonly name: string;
  readonly effect: () => T;
  readonly resolve: (answer: T) => void;
  readonly reject: (error: unknown) => void;
  readonly kill: () => void;
}

function meet<T>(fate: Fate, { name, effect, resolve, reject, kill }: Travel<T>): void {
  const taken: Taken<T> =
    fate === 'crash before' || fate === 'refused'
      ? { error: new ServiceTrouble(`${name} was refused`) }
      : takeEffect(effect, fate === 'repeated');
  if (fate === 'crash before' || fate === 'crash after') kill();
  else if ('error' in taken) reject(taken.error);
  else if (fate === 'answer lost') reject(new ServiceTrouble(`${name} was not answered`));
  else resolve(taken.answer);
}

type Taken<T> = { readonly answer: T } | { readonly error: unknown };

function takeEffect<T>(effect: () => T, twice: boolean): Taken<T> {
  try {
    const first = effect();
    return { answer: twice ? effect() : first };
  } catch (error) {
    return { error };
  }
}

/** Until every process waits for a request: the next tick comes when no promise is left to settle. */
const quiet = () => new Promise<void>((resolve) => process.nextTick(resolve));
