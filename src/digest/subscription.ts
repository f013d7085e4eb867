import { createHash } from 'node:crypto';
import type { DigestKind } from './digest.ts';

/** One thing that people can unsubscribe from on the page of SES. */
export interface Topic {
  readonly name: string;
  /** As the page shows it. */
  readonly displayName: string;
}

/** SES keeps at most 20 topics in a list. */
const MOST_TOPICS = 20;

const PARTS = { alerts: 'when a promise slips', pulse: 'weekly pulse' } as const;
type Part = keyof typeof PARTS;

/**
 * The topics of a contact list: two of each brand; two for all brands together where that would be too many.
 *
 * @param stackName the account has one list for all stacks, so names begin with it
 */
export function topicsOf(
  stackName: string,
  brands: readonly { readonly id: string; readonly name: string }[],
): Topic[] {
  const parts = Object.entries(PARTS) as [Part, string][];
  const own = brands.flatMap(({ id, name }) =>
    parts.map(([part, what]) => ({
      name: topicName(stackName, id, part),
      displayName: `${name}: ${what}`,
    })),
  );
  if (own.length <= MOST_TOPICS) return own;
  return parts.map(([part, what]) => ({
    name: topicName(stackName, null, part),
    displayName: `All brands: ${what}`,
  }));
}

/**
 * The topic that a digest belongs to, among those that the list has; null where it has none for it. A brand that
 * was added since the last deployment has none yet.
 *
 * @param topics names of the list's topics
 */
export function topicOf(
  stackName: string,
  { brand, kind }: { readonly brand: string; readonly kind: string },
  topics: readonly string[],
): string | null {
  const part: Part = kind === ('weekly-pulse' satisfies DigestKind) ? 'pulse' : 'alerts';
  const wanted = [topicName(stackName, brand, part), topicName(stackName, null, part)];
  return wanted.find((name) => topics.includes(name)) ?? null;
}

/** Longer names end with a hash: CloudFormation would refuse them. */
const MOST_CHARACTERS = 50;

/** SES allows letters, digits, "-" and "_"; brands' ids have no "_". */
function topicName(stackName: string, brand: string | null, part: Part): string {
  const name = [stackName, ...(brand === null ? [] : [brand]), part].join('_');
  if (name.length <= MOST_CHARACTERS) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, MOST_CHARACTERS - 9)}_${hash}`;
}
