import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { synthesise } from './synthesise.ts';

const withoutBedrock = synthesise();
const app = synthesise({}, { bedrockModel: 'eu.amazon.nova-micro-v1:0' });
const alarms = app.ofType('AWS::CloudWatch::Alarm').map(({ properties }) => properties);
const nameOf = (alarm: { AlarmName: string }) => alarm.AlarmName.replace(/^acme-watch-/, '');
const runbook = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
const sections = runbook
  .split(/^# Procedures$/m)[0]
  ?.split(/^## /m)
  .slice(1)
  .map((section) => {
    const [heading = '', ...lines] = section.split('\n');
    return { heading, text: lines.join('\n') };
  });

describe('every alarm', () => {
  it('has exactly one runbook section, and every section an alarm', () => {
    const headings = sections?.map(({ heading }) => heading) ?? [];
    expect(headings.toSorted()).toEqual(alarms.map(nameOf).toSorted());
  });

  it('has a section that says what it means, who notices, where to look, how to mend it, what then', () => {
    const odd = (sections ?? []).filter(({ text }) => {
      const labels = [...text.matchAll(/^\*\*(\w[\w ]*)\.\*\*/gm)].map(([, label]) => label);
      return labels.join() !== 'Means,Who notices,Look,Fix,Afterwards';
    });
    expect(odd.map(({ heading }) => heading)).toEqual([]);
  });

  it('says what readers lose and links its own section', () => {
    const odd = alarms.filter((alarm) => {
      const [impact = '', link = ''] = alarm.AlarmDescription.split('\n\n');
      return impact.length < 40 || !link.endsWith(`docs/runbook.md#${nameOf(alarm)}`);
    });
    expect(odd.map(nameOf)).toEqual([]);
  });

  it('goes to the one topic that mails the operator', () => {
    const [topic] = app.ofType('AWS::SNS::Topic');
    expect(alarms.map(({ AlarmActions }) => AlarmActions)).toEqual(
      alarms.map(() => [{ Ref: topic?.logicalId }]),
    );
    const [subscription] = app.ofType('AWS::SNS::Subscription');
    expect(subscription?.properties.Endpoint).toBe('operators@acme.example');
  });
});

describe('all alarms together', () => {
  it('are ten at most, on eleven metrics at most; asking Bedrock adds one', () => {
    const ten = withoutBedrock.ofType('AWS::CloudWatch::Alarm').map(({ properties }) => properties);
    expect(ten.length).toBeLessThanOrEqual(10);
    const added = alarms.map(nameOf).filter((name) => !ten.map(nameOf).includes(name));
    expect(added).toEqual(['bedrock-fallbacks']);
    const metrics = ten.flatMap(({ Metrics, MetricName }) =>
      MetricName === undefined
        ? Metrics.filter((metric: { MetricStat?: unknown }) => metric.MetricStat !== undefined)
        : [MetricName],
    );
    expect(metrics.length).toBeLessThanOrEqual(11);
  });

  it('use no metric of our own with a dimension', () => {
    const own = alarms.filter(({ Namespace }) => Namespace?.startsWith('promisewatch/'));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ Dimensions }) => Dimensions !== undefined).map(nameOf)).toEqual([]);
  });

  it('take only the silence of the machine for bad news', () => {
    const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
    expect(breaching.map(nameOf)).toEqual(['stands-still']);
  });
});
