import { describe, expect, it } from 'vitest';
import { faultReport } from '../../bin/fault-report.ts';

const file = (
  name: string,
  tests: readonly (readonly [title: string, status: string])[],
  message = '',
) => ({
  name,
  status:
    tests.length > 0 && tests.every(([, status]) => status === 'passed') ? 'passed' : 'failed',
  message,
  assertionResults: tests.map(([title, status]) => ({
    title,
    status,
    failureMessages: status === 'failed' ? ['expected 1 to be 2'] : [],
  })),
});

describe('the report of the faults', () => {
  it('passes a fault when all its tests do, and names what did not hold', () => {
    const { results, others } = faultReport(
      {
        testResults: [
          file('a', [
            ['fault 1: twice', 'passed'],
            ['fault 2: in part', 'passed'],
          ]),
          file('b', [['fault 2: in part, at every part', 'failed']]),
        ],
      },
      3,
    );
    expect(results).toEqual([
      { number: 1, failures: [] },
      { number: 2, failures: ['fault 2: in part, at every part\nexpected 1 to be 2'] },
      { number: 3, failures: ['no test plays it'] },
    ]);
    expect(others).toEqual([]);
  });

  it('does not pass a fault of which a test did not run, for its file could not be set up', () => {
    const { results, others } = faultReport(
      {
        testResults: [
          file('store', [['fault 1: the table is down', 'passed']]),
          file('queue', [['fault 1: the queue is patient', 'skipped']], 'no template'),
        ],
      },
      1,
    );
    expect(results).toEqual([
      { number: 1, failures: ['fault 1: the queue is patient\nit did not run'] },
    ]);
    expect(others).toEqual(['queue\nno template']);
  });

  it('names a file that could not be read, and a test about many faults that failed', () => {
    const { others } = faultReport(
      {
        testResults: [
          file('broken', [], 'SyntaxError'),
          file('counting', [['faults 1–7: all at random', 'failed']]),
        ],
      },
      1,
    );
    expect(others.toSorted()).toEqual([
      'broken\nSyntaxError',
      'faults 1–7: all at random\nexpected 1 to be 2',
    ]);
  });

  it('says nothing of the faults that were not asked for', () => {
    const { results } = faultReport(
      {
        testResults: [
          file('a', [
            ['fault 1: twice', 'skipped'],
            ['fault 2: in part', 'passed'],
          ]),
        ],
      },
      38,
      2,
    );
    expect(results).toEqual([{ number: 2, failures: [] }]);
  });
});
