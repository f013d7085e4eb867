import { describe, expect, it } from 'vitest';
import { comprehendUsd, costLines, costPage } from './cost-page.ts';
import type { PipelineCount } from './pipeline.ts';

const counted: PipelineCount = {
  mentions: 1000,
  stored: 1000,
  seconds: 10,
  calls: {
    'dynamodb:GetItem': 15,
    'dynamodb:Query': 10,
    'sqs:SendMessage': 10,
    'sqs:ReceiveMessage': 10,
    'sqs:DeleteMessage': 100,
  },
  handlerSeconds: { dispatch: 0.1, collect: 0.9, classify: 2, rollup: 0.4, check: 99 },
  handlerCpuSeconds: {},
  writeUnits: 2000,
  meanItemBytes: 700,
  meanIndexBytes: 8192,
  meanWireBytes: 600,
  peakMegabytes: 300,
};

describe('the cost from counts', () => {
  it('charges writes, reads, every hourly recount by what it reads, the queue and Lambda', () => {
    const usd = costLines(counted).map((line) => Number(line.usd.toFixed(4)));
    // 2 × 0.625; 25 requests; 12.5 units; 0.03 requests; (3 + 12.5 × 0.4) ms × 0.5 GB.
    expect(usd).toEqual([1.25, 0.0031, 1.5625, 0.012, 0.0533]);
    expect(costPage(counted)).toContain('**$2.88**');
  });

  it('names what the nightly audits add, and leaves it out of the sum', () => {
    // 36 nights of a unit.
    expect(costPage(counted)).toContain('on up to 36 nights, $4.50 per million');
  });

  it('charges the months by the mentions of 30.4 days', () => {
    expect(costPage(counted)).toContain('| promisewatch | $0.03 | $2.63 | $876 |');
  });

  it('charges peers what they would pay, with the cheaper tiers of a large volume', () => {
    expect(comprehendUsd(1_000_000)).toBeCloseTo(300, 6);
    // 3, 30 and 900 million units.
    expect(comprehendUsd(10_000_000)).toBeCloseTo(1000 + 1000, 6);
    expect(comprehendUsd(300_000_000)).toBeCloseTo(1000 + 2000 + 21_250, 6);
    const page = costPage(counted);
    expect(page).toMatch(/Haiku.*\| \$5\.06 \| \$506 \| \$168,720 \|/);
    expect(page).toMatch(/Discovering Hot Topics.*\| \$48\.37 \| \$1,372 \| \$179,099 \|/);
  });
});
