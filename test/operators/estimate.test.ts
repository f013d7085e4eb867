import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read.ts';
import { estimate } from '../../src/cost/estimate.ts';
import { PRICES } from '../../src/cost/prices.ts';
import { synthesise } from '../lib/synthesise.ts';
import { ACME_YAML, run } from './cloud.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'promisewatch-estimate-'));
  writeFileSync(join(cwd, 'promisewatch.yaml'), ACME_YAML);
});
afterAll(() => rmSync(cwd, { recursive: true }));

const read = readConfig(ACME_YAML);
if (read.status !== 'ok') throw new Error('the test’s own file is invalid');
const { config } = read;

describe('the paid classifier', () => {
  const withBedrock = (monthlyBudgetUsd: number) =>
    estimate(
      {
        ...config,
        bedrock: {
          model: 'eu.amazon.nova-micro-v1:0',
          mode: 'all',
          monthlyBudgetUsd,
          inputUsdPerMillion: 0.035,
          outputUsdPerMillion: 0.14,
        },
      },
      10_000,
    ).services.find(({ service }) => service === 'Bedrock');

  it('costs nothing while it is off', () => {
    expect(estimate(config).services.map(({ service }) => service)).not.toContain('Bedrock');
  });

  it('costs what its tokens cost, and never more than its budget', () => {
    // 304,000 mentions of 120 tokens in and 60 out, and of 400 and 150.
    expect(withBedrock(100)).toMatchObject({
      low: expect.closeTo(3.83, 2),
      high: expect.closeTo(10.64, 2),
    });
    expect(withBedrock(5)).toMatchObject({ low: expect.closeTo(3.83, 2), high: 5 });
  });
});

describe('estimate', () => {
  it('prints a range per service, their sum and the date of the prices', async () => {
    const { code, out } = await run(['estimate'], { cwd });
    expect(code).toBe(0);
    for (const service of ['Lambda', 'SQS', 'DynamoDB requests', 'CloudWatch', 'SES', 'total'])
      expect(out).toMatch(new RegExp(`^${service} +\\$\\d+\\.\\d\\d +\\$\\d+\\.\\d\\d`, 'm'));
    expect(out).toContain(PRICES.asOf);
  });

  it('adds up, and is never lower than low', async () => {
    const { out } = await run(['estimate', '--json', '--mentions-per-day', '300'], { cwd });
    const { services, total } = JSON.parse(out);
    const sum = (end: 'low' | 'high') =>
      services.reduce(
        (all: number, service: Record<string, number>) => all + (service[end] ?? 0),
        0,
      );
    expect(total.low).toBeCloseTo(sum('low'), 10);
    expect(total.high).toBeCloseTo(sum('high'), 10);
    expect(services.filter((cost: { low: number; high: number }) => cost.low > cost.high)).toEqual(
      [],
    );
  });

  it('keeps a small brand under five dollars even without any free tier', () => {
    expect(estimate(config, 300).total.high).toBeLessThan(5);
  });

  it('never falls when there are more mentions', () => {
    const mentions = fc.integer({ min: 0, max: 10_000_000 });
    fc.assert(
      fc.property(mentions, mentions, (a, b) => {
        const [few, many] = [estimate(config, Math.min(a, b)), estimate(config, Math.max(a, b))];
        expect(many.total.low).toBeGreaterThanOrEqual(few.total.low);
        expect(many.total.high).toBeGreaterThanOrEqual(few.total.high);
      }),
    );
  });

  it('counts the alarms, metrics, queues and schedules that the templates have', () => {
    const app = synthesise();
    const alarms = app.ofType('AWS::CloudWatch::Alarm').map(({ properties }) => properties);
    const metrics = alarms.flatMap(({ Metrics }) =>
      Metrics === undefined
        ? [1]
        : Metrics.filter(({ MetricStat }: { MetricStat?: unknown }) => MetricStat !== undefined),
    );
    const own = alarms.filter(({ Namespace }) => Namespace?.startsWith('promisewatch/'));
    const { services } = estimate(config);
    const line = (name: string) => services.find(({ service }) => service === name)?.of;
    expect(line('CloudWatch')).toContain(`${metrics.length} alarm metrics, ${own.length} metrics`);
    expect(line('SQS')).toContain(`${app.ofType('AWS::Lambda::EventSourceMapping').length} queues`);
    // 96 + 96 + 24 + 24 calls a day.
    expect(line('EventBridge Scheduler')).toBe(`${(240 * 30.4).toLocaleString('en-GB')} ticks`);
  });

  it('explains a number that is none, and a file that is not there', async () => {
    for (const number of ['many', '1e12']) {
      const wrong = await run(['estimate', '--mentions-per-day', number], { cwd });
      expect([wrong.code, wrong.err]).toEqual([
        2,
        '--mentions-per-day takes a number from 0 to 1,000,000,000, e.g. --mentions-per-day 300',
      ]);
    }
    const missing = await run(['estimate', '--config', 'no.yaml'], { cwd });
    expect([missing.code, missing.err]).toEqual([
      2,
      'no.yaml is not there. Name the file with --config FILE, or write one with promisewatch init.',
    ]);
  });
});
