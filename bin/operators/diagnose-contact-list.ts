import type { Config } from '../../src/config/config.ts';
import type { DoctorFacts } from './doctor-facts.ts';
import type { Finding } from './finding.ts';

const TOPIC = 'unsubscribe';

/**
 * Whether the list that people unsubscribe from can be there. SES allows one in an account and region, and
 * CloudFormation fails late, and without saying so, where there is another.
 */
export function contactListFindings({ deploy }: Config, facts: DoctorFacts): Finding[] {
  if (deploy.unsubscribe !== 'ses') return [];
  const { contactLists, deployed } = facts;
  const finding = (level: Finding['level'], text: string, fix?: string): Finding[] => [
    { level, topic: TOPIC, text, ...(fix !== undefined && { fix }) },
  ];
  if (contactLists === undefined)
    return finding(
      'note',
      'could not be asked: these credentials lack ses:ListContactLists',
      'allow ses:ListContactLists, then run doctor again',
    );
  const [first] = contactLists;
  const { contactList: named, stackName, region } = deploy;
  if (named !== undefined)
    return contactLists.includes(named)
      ? finding('good', `contact list ${named} is there`)
      : finding(
          'bad',
          `there is no contact list ${named} in ${region}`,
          first === undefined
            ? 'take contactList out of deploy: in promisewatch.yaml; the stack then makes one'
            : `write contactList: ${first} under deploy: in promisewatch.yaml`,
        );
  if (first === undefined)
    return finding('good', 'no contact list in the account yet: the stack makes one');
  // After the stack was destroyed its list stays, so that nobody who left is mailed again.
  return first === stackName && deployed !== undefined
    ? finding('good', `contact list ${first} is the stack's own`)
    : finding(
        'bad',
        `SES allows one contact list in an account, and ${first} is there already`,
        `write contactList: ${first} under deploy: in promisewatch.yaml`,
      );
}
