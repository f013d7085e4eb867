/**
 * What is counted beside the verdicts, as the cue files name it; a test compares the two. Filters know these names, so
 * that a typing mistake does not look like "nothing was said".
 */
export const SIGNALS = [
  'repeat-contact',
  'closed-unsolved',
  'churn-intent',
  'advocacy',
  'deception-claim',
  'asked-twice',
  'policy-by-design',
  'person',
  'product',
  'new-person',
  'staff-praise',
  'touchpoint-phone',
  'touchpoint-chat',
  'touchpoint-email',
  'touchpoint-app',
  'touchpoint-shop',
  'touchpoint-delivery',
  'stage-joining',
  'stage-paying',
  'stage-support',
  'stage-leaving',
] as const;
