// Runs inside a worker thread: one Lambda execution environment. It is handed over as text and
// therefore imports nothing but Node's own modules.
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { format } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';

type Start = {
  readonly bundle: string;
  readonly handler: string;
  readonly logFile: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  /** Epoch milliseconds; undefined: the real clock. */
  readonly frozenAt: number | undefined;
};

type Invoke = {
  readonly requestId: string;
  readonly payload: string;
  readonly frozenAt: number | undefined;
  readonly timeoutMs: number;
};

const start = workerData as Start;
let frozenAt = start.frozenAt;
let requestId: string | undefined;

if (frozenAt !== undefined) freezeDate();
captureConsole();

const handler = loadHandler();

parentPort?.on('message', async (call: Invoke) => {
  frozenAt = call.frozenAt;
  requestId = call.requestId;
  const before = process.threadCpuUsage();
  const result = await run(call);
  const { user, system } = process.threadCpuUsage(before);
  const cpuMs = (user + system) / 1000;
  parentPort?.postMessage({ requestId: call.requestId, cpuMs, ...result });
});
parentPort?.postMessage({ ready: true });

async function run({ payload, timeoutMs }: Invoke): Promise<object> {
  const deadline = performance.now() + timeoutMs;
  const context = {
    awsRequestId: requestId,
    functionName: start.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: start.functionArn,
    memoryLimitInMB: String(start.memoryMb),
    logGroupName: `/aws/lambda/${start.functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
  try {
    const answer = await handler(JSON.parse(payload), context);
    return { answer: JSON.stringify(answer) ?? 'null' };
  } catch (error) {
    writeLog('ERROR', describe(error));
    return { error: describe(error) };
  }
}

function loadHandler(): (event: unknown, context: unknown) => unknown {
  const require = createRequire(start.bundle);
  const [file = '', exported = ''] = start.handler.split('.');
  const found: unknown = require(`./${file}.js`)[exported];
  if (typeof found !== 'function') throw new Error(`${start.handler} is not a function`);
  return found as (event: unknown, context: unknown) => unknown;
}

/** `new Date()`, `Date()` and `Date.now()` show the run's clock; everything else stays Date. */
function freezeDate(): void {
  const RealDate = Date;
  const instant = (): number => frozenAt as number;
  // A function and not a proxy: handlers ask for dates in their innermost loops.
  const FrozenDate = function FrozenDate(...parameters: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(instant()).toString();
    const given = parameters.length === 0 ? [instant()] : parameters;
    return Reflect.construct(RealDate, given, new.target);
  };
  Object.defineProperties(FrozenDate, Object.getOwnPropertyDescriptors(RealDate));
  Object.defineProperty(FrozenDate, 'now', { value: instant });
  RealDate.prototype.constructor = FrozenDate;
  globalThis.Date = FrozenDate as unknown as DateConstructor;
}

/** As Lambda's JSON log format: one object a line, an only argument that is an object kept as one. */
function captureConsole(): void {
  const levels = {
    trace: 'TRACE',
    debug: 'DEBUG',
    log: 'INFO',
    info: 'INFO',
    warn: 'WARN',
    error: 'ERROR',
  };
  for (const [method, level] of Object.entries(levels)) {
    console[method as keyof typeof levels] = (...parts: unknown[]) => {
      const [only] = parts;
      const isObject = parts.length === 1 && typeof only === 'object' && only !== null;
      writeLog(
        level,
        isObject ? (only instanceof Error ? describe(only) : only) : format(...parts),
      );
    };
  }
  // Written at once, so that a line is kept even if the next statement ends the environment.
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = ((chunk: string | Uint8Array) => {
      writeLog(
        'INFO',
        Buffer.from(chunk as Uint8Array)
          .toString()
          .trimEnd(),
      );
      return true;
    }) as typeof stream.write;
  }
}

function writeLog(level: string, message: unknown): void {
  const line = { timestamp: new Date().toISOString(), level, requestId, message };
  let text: string;
  try {
    text = JSON.stringify(line);
  } catch {
    text = JSON.stringify({ ...line, message: format(message) });
  }
  appendFileSync(start.logFile, `${text}\n`);
}

function describe(error: unknown): object {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: format(error) };
  return {
    errorType: error.name,
    errorMessage: error.message,
    stackTrace: (error.stack ?? '').split('\n'),
    ...(error.cause === undefined ? {} : { cause: describe(error.cause) }),
  };
}
