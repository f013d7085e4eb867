import type { SourceRead } from './doctor-facts.ts';
import type { Finding } from './finding.ts';

/**
 * How the sources answer: each that fails, with what the collector noted; each key that was accepted. A source that was
 * not read yet says nothing: the first reads come within minutes after `apply`.
 */
export function sourceFindings(reads: readonly SourceRead[]): Finding[] {
  const failing = reads.filter(({ failingSince }) => failingSince !== null);
  const answered = reads.filter(
    ({ failingSince, lastReadAt }) => failingSince === null && lastReadAt !== null,
  );
  return [
    ...failing.map(
      ({ source, failingSince, problem }): Finding => ({
        level: 'bad',
        topic: 'sources',
        text: `${source} has not answered since ${failingSince}: ${problem?.message ?? 'no reason was noted.'}`,
        fix: problem?.remedy ?? 'promisewatch sources',
      }),
    ),
    ...answered.flatMap(({ source, secret, lastReadAt }): Finding[] =>
      secret === null
        ? []
        : [
            {
              level: 'good',
              topic: 'sources',
              text: `${source} answered to ${secret} at ${lastReadAt}`,
            },
          ],
    ),
    ...(answered.length > 0
      ? [
          {
            level: 'good' as const,
            topic: 'sources',
            text: `${answered.length} of ${reads.length} answered at their last read`,
          },
        ]
      : []),
  ];
}
