import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** How one attack ended. */
export type AttackResult =
  | {
      readonly outcome: string;
      readonly items: number;
      readonly bytes: number;
      readonly ms: number;
      readonly cpuMs: number;
    }
  | { readonly outcome: 'out of memory' | 'hung' };

/** The product in a thread with 256 MB, from the bytes of a feed to mentions. */
export function attackTarget() {
  let worker: Worker | undefined;
  const end = async (): Promise<void> => {
    await worker?.terminate();
    worker = undefined;
  };
  return {
    end,
    /** @param patienceMs after which the thread is given up and counted as hung */
    async attack(name: string, patienceMs: number): Promise<AttackResult> {
      worker ??= new Worker(new URL('./attack-worker.ts', import.meta.url), {
        resourceLimits: { maxOldGenerationSizeMb: 256 },
        execArgv: [],
      });
      const patience = new AbortController();
      const { signal } = patience;
      worker.postMessage(name);
      try {
        const result = await Promise.race([
          once(worker, 'message', { signal }).then(([message]): AttackResult => message),
          setTimeout(patienceMs, { outcome: 'hung' as const }, { signal }),
        ]);
        if (result.outcome === 'hung') await end();
        return result;
      } catch (error) {
        await end();
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (code === 'ERR_WORKER_OUT_OF_MEMORY') return { outcome: 'out of memory' };
        throw error;
      } finally {
        patience.abort();
      }
    },
  };
}
