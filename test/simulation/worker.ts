import { parentPort, workerData } from 'node:worker_threads';
import { runDeliverySchedule } from './delivery-schedule.ts';
import { runJudgingSchedule } from './judging-schedule.ts';
import { runSchedule } from './run-schedule.ts';

/** Plays every n-th seed, each through all three simulations, and reports those that broke something. */
export interface Share {
  readonly first: number;
  readonly end: number;
  readonly step: number;
}

export type Report =
  | { readonly done: number }
  | { readonly seed: number; readonly violations: readonly string[] };

const REPORT_EVERY = 100;
// Troubles are errors, thousands a second, whose places nobody looks at.
Error.stackTraceLimit = 0;

const { first, end, step } = workerData as Share;
let done = 0;
for (let seed = first; seed < end; seed += step) {
  const violations = [
    ...(await runSchedule(seed)),
    ...(await runJudgingSchedule(seed)).map((sentence) => `judging anew: ${sentence}`),
    ...(await deliveryViolations(seed)),
  ];
  if (violations.length > 0) tell({ seed, violations });
  done++;
  if (done === REPORT_EVERY) {
    tell({ done });
    done = 0;
  }
}
tell({ done });

async function deliveryViolations(seed: number): Promise<string[]> {
  const { lost, outsideWindow, notCounted } = await runDeliverySchedule(seed);
  return [
    ...(lost > 0 ? [`${lost} digests reached nobody`] : []),
    ...(outsideWindow > 0 ? [`${outsideWindow} repeats outside the documented window`] : []),
    ...(notCounted > 0 ? [`${notCounted} repeats that their rows do not admit`] : []),
  ];
}

function tell(report: Report): void {
  parentPort?.postMessage(report);
}
