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
  // The configuration set or the contact list is missing: a deployment makes it.
  'NotFoundException',
]);

/**
 * SES says so of a sender, and in the sandbox of a recipient, that nobody has verified yet. Once somebody has, the
 * same mail goes out.
 */
const NOT_VERIFIED = /^Email address is not verified/;

/**
 * A client that asks once: `SendEmail` has no idempotency token, so the client's own retry after a lost
 * answer could send a mail twice. Retrying is the outbox's business.
 */
export function sesClient(region?: string): SESv2Client {
  return new SESv2Client({
    ...(region !== undefined && { region }),
    maxAttempts: 1,
    requestHandler: { requestTimeout: 10_000 },
  });
}

export function sesMailer(client: SESv2Client): Mailer {
  return async (request) => {
    try {
      const { MessageId = '' } = await client.send(new SendEmailCommand(request));
      return { status: 'sent', messageId: MessageId };
    } catch (error) {
      if (!(error instanceof SESv2ServiceException) || error.$fault !== 'client') throw error;
      const reason = `${error.name}: ${error.message}`.slice(0, 300);
      const later = NOT_NOW.has(error.name) || NOT_VERIFIED.test(error.message);
      return later ? { status: 'postponed', reason } : { status: 'refused', reason };
    }
  };
}
