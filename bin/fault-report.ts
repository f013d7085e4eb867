/** What one fault came to. */
export interface FaultResult {
  readonly number: number;
  /** What did not hold; empty when the fault was survived. */
  readonly failures: readonly string[];
}

/** What the tests of the faults came to. */
export interface FaultReport {
  readonly results: readonly FaultResult[];
  /** What failed and is about no single fault. */
  readonly others: readonly string[];
}

/** As vitest's JSON reporter writes it. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/**
 * Reads the tests called "fault N: …". A fault with several tests passes when all of them do; one that did not run, as when
 * its file could not be set up, does not pass, and nor does a fault that no test plays.
 *
 * @param faults how many there are, numbered from 1
 * @param only the one that was asked for; the tests of the others were left out
 */
export function faultReport(
  { testResults }: TestReport,
  faults: number,
  only?: number,
): FaultReport {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults.map(playedTest));
  const numbers = only === undefined ? Array.from({ length: faults }, (_, i) => i + 1) : [only];
  const results = numbers.map((number) => {
    const own = tests.filter((test) => test.number === number);
    return {
      number,
      failures: own.length === 0 ? ['no test plays it'] : own.flatMap(({ failures }) => failures),
    };
  });
  const ofMany = tests.filter(({ number, isSkipped }) => number === undefined && !isSkipped);
  const files = testResults
    .filter(
      ({ status, assertionResults }) => status === 'failed' && !assertionResults.some(hasFailed),
    )
    .map(({ name, message = '' }) => `${name}\n${message}`);
  return { results, others: [...ofMany.flatMap(({ failures }) => failures), ...files] };
}

type Test = TestReport['testResults'][number]['assertionResults'][number];

const hasFailed = ({ status }: Test) => status === 'failed';

function playedTest(test: Test) {
  const { title, status, failureMessages = [] } = test;
  const number = /^fault (\d+):/.exec(title)?.[1];
  const why = hasFailed(test) ? (failureMessages[0] ?? '') : 'it did not run';
  return {
    number: number === undefined ? undefined : Number(number),
    isSkipped: status !== 'passed' && !hasFailed(test),
    failures: status === 'passed' ? [] : [`${title}\n${why}`],
  };
}
