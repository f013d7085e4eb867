import * as z from 'zod';
import { RecipientHash } from './outbox-rows.ts';

/** What SES told us about a person: a mailbox that refuses us, or a wish to be left alone. */
export const RecipientState = z.strictObject({
  recipient: RecipientHash,
  /** No mail until an operator says otherwise. */
  paused: z
    .strictObject({
      why: z.enum(['bounced', 'complained']),
      at: z.iso.datetime(),
      /** SES's words, without the address. */
      detail: z.string(),
    })
    .nullable(),
  unsubscribed: z.strictObject({
    at: z.iso.datetime().nullable(),
    everything: z.boolean(),
    /** Topics of the contact list; see `topicOf`. */
    topics: z.array(z.string()),
  }),
  /** When the last mails about incidents went out, of all brands; see `isOverCap`. */
  alerts: z.array(z.iso.datetime()).optional(),
});
export type RecipientState = z.infer<typeof RecipientState>;

/** Of a person about whom nothing is known. */
export function unknownRecipient(recipient: string): RecipientState {
  return { recipient, paused: null, unsubscribed: { at: null, everything: false, topics: [] } };
}

/**
 * Why a person gets no mail of a topic; undefined where nothing speaks against it.
 *
 * @param topic null: the mail belongs to no topic
 */
export function heldBack(
  state: RecipientState | undefined,
  topic: string | null,
): string | undefined {
  if (state === undefined) return undefined;
  const { paused, unsubscribed } = state;
  if (paused !== null) {
    const what = paused.why === 'bounced' ? 'an earlier mail bounced' : 'complained of spam';
    return `paused since ${paused.at.slice(0, 10)}: ${what}${paused.detail === '' ? '' : ` (${paused.detail})`}`;
  }
  if (unsubscribed.everything || (topic !== null && unsubscribed.topics.includes(topic)))
    return `unsubscribed${unsubscribed.at === null ? '' : ` on ${unsubscribed.at.slice(0, 10)}`}`;
  return undefined;
}
