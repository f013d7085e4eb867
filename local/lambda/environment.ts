import { appendFileSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { Worker } from 'node:worker_threads';

/** What a function's template says about the environment it runs in. */
export type EnvironmentSettings = {
  /** Any file of the bundle's folder: modules are looked up from there. */
  readonly bundle: string;
  /** `index.handler` */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly logFile: string;
};

export type InvocationError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stackTrace?: readonly string[];
};

export type InvocationResult =
  | {
      readonly outcome: 'succeeded';
      readonly answer: string;
      /** Milliseconds of processor time that the call took in its thread. */
      readonly cpuMs?: number;
    }
  | { readonly outcome: 'failed' | 'timed out' | 'crashed'; readonly error: InvocationError };

type WorkerMessage = {
  readonly ready?: true;
  readonly answer?: string;
  readonly error?: InvocationError;
  readonly cpuMs?: number;
};

/** One warm or starting environment. It serves one call at a time. */
export type Environment = {
  readonly invoke: (
    requestId: string,
    payload: string,
    frozenAt: number | undefined,
  ) => Promise<InvocationResult>;
  /** False once a timeout, a crash or `process.exit` has ended it. */
  readonly isAlive: () => boolean;
  readonly stop: () => Promise<void>;
};

/** Lambda gives loading a bundle ten seconds of its own. */
const INIT_TIMEOUT_MS = 10_000;

let workerUrl: URL | undefined;

/** Types are stripped once a process: in every worker anew it would double the time of a cold start. */
function workerSource(): URL {
  if (workerUrl === undefined) {
    const source = readFileSync(new URL('./environment-worker.ts', import.meta.url), 'utf8');
    const script = withoutWarning(() => stripTypeScriptTypes(source));
    workerUrl = new URL(`data:text/javascript;base64,${Buffer.from(script).toString('base64')}`);
  }
  return workerUrl;
}

/** Node calls the function experimental, on the terminal, although it runs our own files the same way. */
function withoutWarning<T>(work: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return work();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * Starts a cold environment in a worker thread of its own: own modules, own heap limit, own
 * environment variables, nothing of the parent's.
 *
 * Not the same as on Lambda: `process.chdir`, the time zone (it is the run's own), native memory, separate
 * temporary folders, arm64. The heap limit ends the environment, but one allocation of more than
 * 16 MB beyond it ends the whole run: V8 leaves no other way.
 *
 * @param frozenAt epoch milliseconds that the function's Date shows while its bundle loads; undefined: real time
 */
export function startEnvironment(
  settings: EnvironmentSettings,
  frozenAt: number | undefined,
): Environment {
  const { bundle, handler, functionName, functionArn, memoryMb, logFile } = settings;
  const worker = new Worker(workerSource(), {
    workerData: { bundle, handler, functionName, functionArn, memoryMb, logFile, frozenAt },
    env: { ...settings.variables },
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    execArgv: [],
    // Whatever gets round the console's capture must not mix with the run's own output.
    stdout: true,
    stderr: true,
    name: functionName,
  });
  let ended: InvocationResult | undefined;
  let finish: ((result: InvocationResult) => void) | undefined;
  let ready = (): void => {};
  const loaded = new Promise<void>((resolve) => {
    ready = resolve;
  });

  const end = (result: InvocationResult): void => {
    // A timeout is followed by the exit it causes: the first reason stands.
    ended ??= result;
    ready();
    finish?.(ended);
    finish = undefined;
  };
  worker.on('message', (message: WorkerMessage) => {
    if (message.ready === true) return ready();
    const { answer, error, cpuMs } = message;
    finish?.(
      error === undefined
        ? { outcome: 'succeeded', answer: answer ?? 'null', ...(cpuMs !== undefined && { cpuMs }) }
        : { outcome: 'failed', error },
    );
    finish = undefined;
  });
  worker.on('error', (error: Error & { code?: string }) => {
    const fault =
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? { errorType: 'Runtime.OutOfMemory', errorMessage: `heap limit of ${memoryMb} MB reached` }
        : { errorType: error.name, errorMessage: error.message };
    note(logFile, fault);
    end({ outcome: 'crashed', error: fault });
  });
  worker.on('exit', (code) => {
    const error = {
      errorType: 'Runtime.ExitError',
      errorMessage: `Runtime exited with exit status ${code}`,
    };
    end({ outcome: 'crashed', error });
  });

  const stop = async (): Promise<void> => {
    await worker.terminate();
  };

  return {
    isAlive: () => ended === undefined,
    stop,
    invoke: async (requestId, payload, frozen) => {
      const result = new Promise<InvocationResult>((resolve) => {
        finish = resolve;
      });
      const expire = (limitMs: number): NodeJS.Timeout =>
        setTimeout(() => {
          const errorMessage = `Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`;
          const error = { errorType: 'Sandbox.Timedout', errorMessage };
          note(logFile, { ...error, requestId });
          end({ outcome: 'timed out', error });
          void stop();
        }, limitMs);
      let timer = expire(Math.max(INIT_TIMEOUT_MS, settings.timeoutMs));
      await loaded;
      clearTimeout(timer);
      if (ended === undefined) {
        timer = expire(settings.timeoutMs);
        worker.postMessage({ requestId, payload, frozenAt: frozen, timeoutMs: settings.timeoutMs });
      } else {
        finish?.(ended);
      }
      try {
        return await result;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function note(logFile: string, error: object): void {
  appendFileSync(logFile, `${JSON.stringify({ level: 'ERROR', message: error })}\n`);
}
