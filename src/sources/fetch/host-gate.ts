/** Runs requests; those beyond what a host is asked at once wait for their turn. */
export type HostGate = <Answer>(host: string, request: () => Promise<Answer>) => Promise<Answer>;

/**
 * Lets at most `parallel` requests go to one host at the same time, in the order in which they came.
 * Hosts do not wait for one another.
 */
export function hostGate(parallel: number): HostGate {
  const busy = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  const leave = (host: string) => {
    const next = waiting.get(host)?.shift();
    if (next !== undefined) return next();
    const left = (busy.get(host) ?? 1) - 1;
    if (left > 0) busy.set(host, left);
    else {
      busy.delete(host);
      waiting.delete(host);
    }
  };
  return async (host, request) => {
    const active = busy.get(host) ?? 0;
    if (active < parallel) busy.set(host, active + 1);
    else
      await new Promise<void>((turn) => {
        const line = waiting.get(host);
        if (line === undefined) waiting.set(host, [turn]);
        else line.push(turn);
      });
    try {
      return await request();
    } finally {
      leave(host);
    }
  };
}
