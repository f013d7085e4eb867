import type { SourceFailure } from '../source-answer.ts';
import type { SourceProblem } from '../source-state.ts';

/** Every way in which an answer that arrived is not one, beyond those of fetches and feeds. */
export const CONNECTOR_FAILURES = {
  ANSWER_NOT_JSON: {
    message: 'The service answered with something that is not JSON.',
    remedy: 'Nothing to do at first: it is tried again. If it lasts, the service has changed.',
  },
  ANSWER_UNREADABLE: {
    message: 'The answer of the service does not have the documented shape.',
    remedy: 'If it lasts, the service has changed: look for a newer version of promisewatch.',
  },
  SECRET_MISSING: {
    message: 'The SSM parameter that this source names does not exist.',
    remedy:
      'Make it: aws ssm put-parameter --type SecureString --name NAME --value VALUE, with the name in the settings.',
  },
  SECRET_UNREADABLE: {
    message: 'The SSM parameter of this source does not hold what its connector needs.',
    remedy: 'See docs/sources.md for what must be in it, and store it again with --overwrite.',
  },
  KEY_REFUSED: {
    message: 'The service refuses the key of this source.',
    remedy: 'Check that the key is still valid and may read reviews, then store it again.',
  },
  FEED_OUTAGE: {
    message:
      'YouTube answers that there is no such feed, which it also does for weeks while there is.',
    remedy: 'Nothing to do at first: it is tried again. If it lasts, check the id of the channel.',
  },
  WINDOW_CUT: {
    message:
      'There were more results since the last read than the service lets anyone page through.',
    remedy: 'Make the query narrower or raise how often it is read; import what is missing.',
  },
  READ_IS_OLD: {
    message: 'The source fell due and was not read.',
    remedy: 'Look at the dispatcher and the poll queue: docs/runbook.md.',
  },
  HOST_PAUSED: {
    message: 'The host asked for fewer requests, so all its sources wait.',
    remedy: 'Nothing to do: it is read when the pause is over.',
  },
  EMPTY_AFTER_ITEMS: {
    message: 'The source listed items before and has listed none for several reads.',
    remedy: 'Open the address in a browser; if items are there, the server refuses to show them.',
  },
} as const;
export type ConnectorFailureCode = keyof typeof CONNECTOR_FAILURES;

/** The failure of this code, with its sentences. */
export function connectorFailure(code: ConnectorFailureCode): SourceFailure {
  return { status: 'failed', code, ...CONNECTOR_FAILURES[code] };
}

/** The same as it is remembered. */
export function problemOf({ code, message, remedy }: SourceProblem): SourceProblem {
  return { code, message, remedy };
}

/** A request with a key was refused: it is the key that a person must look at. */
export function withKeyRefused(failure: SourceFailure): SourceFailure {
  return failure.code === 'UNAUTHORIZED' || failure.code === 'FORBIDDEN'
    ? connectorFailure('KEY_REFUSED')
    : failure;
}
