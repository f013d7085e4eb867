import { recipientHash } from '../../src/digest/addressees.ts';
import { EXIT, Refusal, type World } from '../command.ts';
import type { PlaceFlags } from './flags.ts';
import { withSession } from './session.ts';

/** Ends a person's pause. A choice that they made themselves stays: only they can take it back. */
export async function resumeCommand(
  address: string,
  flags: PlaceFlags,
  world: World,
): Promise<void> {
  await withSession(flags, world, async ({ table }) => {
    const { dynamoRecipientStates } = await import('../../src/adapters/dynamodb/recipients.ts');
    const people = dynamoRecipientStates(table);
    const { before } = await people.amend(recipientHash(address), (person) =>
      person.paused === null ? person : { ...person, paused: null },
    );
    const { paused, unsubscribed } = before;
    const hasLeft = unsubscribed.everything || unsubscribed.topics.length > 0;
    if (paused === null)
      throw new Refusal(
        hasLeft
          ? `${address} unsubscribed: only they can take that back, on the page that a mail of theirs links to.`
          : `${address} is not paused.`,
        EXIT.notFound,
      );
    world.print(`${address} gets the next digest. What was held back is not sent again.`);
    world.complain(
      `SES keeps a list of its own. If ${address} bounces at once: aws sesv2 delete-suppressed-destination --email-address ${address}`,
    );
  });
}
