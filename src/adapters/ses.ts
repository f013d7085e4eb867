import { SESv2Client, SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Mailer } from '../ports.ts';

/** Answers that mean "try again later": SES took nothing. */
const NOT_NOW = new Set([
  'TooManyRequestsException',
  'LimitExceededException',
  'SendingPausedException',
  'AccountSuspendedException',
  'MailFromDomainNotVerifiedException',
  'ThrottlingException',
  'Throttling',
  'AccessDeniedException',
]);

/**
 * A client that asks once: `SendEmail` has no idempotency token, so the client's own retry after a lost
 * answer could send a mail twice. Retrying is the outbox's business.
 */
export function sesClient(): SESv2Client {
  return new SESv2Client({ maxAttempts: 1, requestHandler: { requestTimeout: 10_000 } });
}

export function sesMailer(client: SESv2Client): Mailer {
  return async (request) => {
    try {
      const { MessageId = '' } = await client.send(new SendEmailCommand(request));
      return { status: 'sent', messageId: MessageId };
    } catch (error) {
      if (!(error instanceof SESv2ServiceException) || error.$fault !== 'client') throw error;
      const reason = `${error.name}: ${error.message}`.slice(0, 300);
      return NOT_NOW.has(error.name)
        ? { status: 'postponed', reason }
        : { status: 'refused', reason };
    }
  };
}
