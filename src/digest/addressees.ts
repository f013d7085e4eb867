import { createHash } from 'node:crypto';
import type { Brand, Recipient } from '../brands/brand.ts';
import type { Channel } from '../brands/channel.ts';
import { wants } from './open-hours.ts';
import type { DigestRow } from './outbox-rows.ts';

/** Somebody, or something, that a digest goes to. */
export type Addressee =
  | { readonly kind: 'person'; readonly hash: string; readonly recipient: Recipient }
  | { readonly kind: 'channel'; readonly hash: string; readonly channel: Channel };

/** Kinds that a channel gets: what changed, not the weekly reminders. */
const FOR_CHANNELS: ReadonlySet<string> = new Set([
  'opened',
  'worse',
  'reopened',
  'recovered',
  'new-normal',
]);

/** The people of a brand who want a digest, in the order of the file. */
export function peopleFor({ recipients }: Brand, row: DigestRow): Addressee[] {
  return recipients
    .filter((recipient) => wants(recipient, row))
    .map((recipient) => ({ kind: 'person', hash: recipientHash(recipient.email), recipient }));
}

/** The channels of a brand that take a digest: those about everything, never one person's part of it. */
export function channelsFor({ channels }: Brand, row: DigestRow): Addressee[] {
  return channels
    .filter(
      ({ level }) =>
        row.scope === undefined &&
        FOR_CHANNELS.has(row.kind) &&
        (level === 'all' || (level === 'serious' && row.serious)),
    )
    .map((channel) => ({ kind: 'channel', hash: channelHash(row.brand, channel.id), channel }));
}

/** First 16 hex digits of SHA-256 over the lower-case address: rows and logs hold no address. */
export function recipientHash(email: string): string {
  return hashOf(email.toLowerCase());
}

/** As `recipientHash`, of a channel; no address contains a space. */
export function channelHash(brand: string, channel: string): string {
  return hashOf(`channel ${brand} ${channel}`);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
