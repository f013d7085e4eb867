/** Knows whether anything is in flight, and tells when nothing is. */
export type Activity = {
  /** Something starts to run: a handler, or a call a function makes. */
  readonly begin: () => void;
  readonly end: () => void;
  /** A queue has changed. */
  readonly changed: () => void;
  readonly isRunning: () => boolean;
  /** Resolves once nothing runs and every watched queue is empty. Rejects when the run is aborted. */
  readonly idle: () => Promise<void>;
};

export type Watched = {
  /** Whether no message is left in any queue that a function reads. */
  readonly areQueuesEmpty: () => boolean;
  /** Nothing runs, but messages are left: those who hold some back may let go of them. */
  readonly onLull: () => void;
};

export function createActivity(watched: Watched, signal: AbortSignal): Activity {
  let running = 0;
  let waiters: { resolve: () => void; reject: (reason: unknown) => void }[] = [];

  const check = (): void => {
    if (running > 0 || signal.aborted) return;
    if (!watched.areQueuesEmpty()) {
      watched.onLull();
      return;
    }
    const done = waiters;
    waiters = [];
    for (const { resolve } of done) resolve();
  };
  signal.addEventListener('abort', () => {
    for (const { reject } of waiters) reject(signal.reason);
    waiters = [];
  });
  return {
    begin: () => {
      running += 1;
    },
    end: () => {
      running -= 1;
      check();
    },
    changed: check,
    isRunning: () => running > 0,
    idle: () =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        waiters.push({ resolve, reject });
        check();
      }),
  };
}
