import { parseArgs } from 'node:util';
import { runDeliverySchedule } from '../test/simulation/delivery-schedule.ts';

// Random schedules of crashes through claim → send → mark. Ends with one JSON line; exit 1 when one is violated.
const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
});
const total = {
  due: 0,
  taken: 0,
  crashes: 0,
  lost: 0,
  duplicates: 0,
  outsideWindow: 0,
  notCounted: 0,
};
const seeds: number[] = [];
const schedules = Number(values.schedules);
for (let i = 0; i < schedules; i++) {
  const outcome = await runDeliverySchedule(Number(values.seed) + i);
  for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += outcome[key];
  if (outcome.lost + outcome.outsideWindow + outcome.notCounted > 0) seeds.push(outcome.seed);
}
console.log(
  JSON.stringify({ schedules, ...total, violated: seeds.length, seeds: seeds.slice(0, 20) }),
);
process.exitCode = seeds.length === 0 ? 0 : 1;
