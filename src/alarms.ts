/** The alarms of a stack, each the heading of its section in docs/runbook.md. `bedrock-fallbacks` is made with Bedrock only. */
export const ALARMS = [
  'mention-dead-letters',
  'poll-dead-letters',
  'mentions-waiting',
  'source-unread',
  'digest-late',
  'mail-refused',
  'bounces-or-complaints',
  'counts-differ',
  'mentions-unclassified',
  'bedrock-fallbacks',
  'stands-still',
] as const;
export type AlarmName = (typeof ALARMS)[number];

/** The alarm's name in CloudWatch, one for all stacks of an account and region. */
export const alarmNameOf = (stackName: string, alarm: AlarmName): string => `${stackName}-${alarm}`;
