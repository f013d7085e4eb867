import { type Answers, json, xml, xmlError } from './cloud.ts';

export const stack = (status: string) =>
  xml(
    'DescribeStacks',
    `<Stacks><member><StackName>s</StackName><StackStatus>${status}</StackStatus><CreationTime>2026-11-01T00:00:00Z</CreationTime></member></Stacks>`,
  );
export const noStack = xmlError('ValidationError', 'Stack with id s does not exist');
export const identity = (verified: boolean) =>
  json({
    VerifiedForSendingStatus: verified,
    DkimAttributes: { Status: verified ? 'SUCCESS' : 'PENDING' },
    MailFromAttributes: { MailFromDomainStatus: 'SUCCESS' },
  });
export const notFound = json({ message: 'Email identity does not exist.' }, 404);

/** A healthy account before the first deployment; the SSM parameters are the stand-in's own. */
export const HEALTHY: Answers = {
  'sts GetCallerIdentity': xml(
    'GetCallerIdentity',
    '<Arn>arn:aws:sts::111122223333:assumed-role/Admin/me</Arn><UserId>A:me</UserId><Account>111122223333</Account>',
  ),
  'lambda GET /2016-08-19/account-settings': json({ AccountLimit: { ConcurrentExecutions: 1000 } }),
  'ses GET /v2/email/account': json({
    ProductionAccessEnabled: true,
    SendingEnabled: true,
    EnforcementStatus: 'HEALTHY',
    SendQuota: { Max24HourSend: 50000, MaxSendRate: 14, SentLast24Hours: 12 },
  }),
  'ses GET /v2/email/contact-lists': json({ ContactLists: [] }),
  'ses GET /v2/email/identities/watch@acme.example': notFound,
  'ses GET /v2/email/identities/acme.example': identity(true),
  'cloudformation DescribeStacks': noStack,
};
