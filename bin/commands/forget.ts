import { Command } from 'commander';
import type { Found } from '../../src/adapters/dynamodb/erasure.ts';
import { addDays, dayIn, daysBetween } from '../../src/mentions/day.ts';
import { type CommandFile, EXIT, Refusal, UsageError, type World } from '../command.ts';
import type { WantedLetter } from '../operators/erase-letters.ts';
import { type OpenedStack, queuesOf, withStack } from '../operators/open.ts';
import { type Outside, realOutside } from '../operators/outside.ts';
import { type Changes, takeSteps } from '../operators/steps.ts';

interface Flags {
  readonly config: string;
  readonly id?: string;
  readonly url?: string;
  readonly author?: string;
  readonly source?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Point-in-time recovery reaches back this far. */
const BACKUP_DAYS = 35;

/** promisewatch forget --author NAME | --url URL | --id ID */
export const forget: CommandFile = (world) => makeForget(world, world.outside ?? realOutside());

function makeForget(world: World, outside: Outside): Command {
  return new Command('forget')
    .description(
      'erase what a person wrote: text, versions and quotes; a re-read cannot bring it back',
    )
    .option('--author <name>', 'everything that this author wrote, as the source shows the name')
    .option('--source <id>', 'with --author: only at this source')
    .option('--url <url>', 'the mention at this address')
    .option('--id <id>', 'one mention by its id')
    .option('--config <file>', 'names the stack', 'promisewatch.yaml')
    .option('-n, --dry-run', 'only say what would be erased')
    .option('--yes', 'do not ask')
    .option('--json', 'one JSON object')
    .addHelpText(
      'before',
      'Examples:\n  promisewatch forget --author "Jane D." --dry-run\n  promisewatch forget --url https://reviews.example/acme/17\n',
    )
    .action((flags: Flags) => forgetMentions(flags, world, outside));
}

async function forgetMentions(flags: Flags, world: World, outside: Outside): Promise<void> {
  const named = [flags.author, flags.url, flags.id].filter((value) => value !== undefined);
  if (named.length !== 1) throw new UsageError('name one of --author NAME, --url URL and --id ID.');
  if (flags.source !== undefined && flags.author === undefined)
    throw new UsageError('--source goes with --author.');
  const changes: Changes = [];
  const forgetIn = async (stack: OpenedStack) => {
    const wanted = await wantedOf(flags, stack);
    const letters = await deadLettersOf(stack);
    try {
      await forgetWanted(wanted, flags, { stack, letters, world, outside, changes });
    } finally {
      letters.close();
    }
  };
  await withStack(flags, world, forgetIn, changes);
}

interface Reach {
  readonly stack: OpenedStack;
  readonly letters: Awaited<ReturnType<typeof deadLettersOf>>;
  readonly world: World;
  readonly outside: Outside;
  readonly changes: Changes;
}

async function forgetWanted(
  wanted: WantedLetter,
  flags: Flags,
  { stack, letters, world, outside, changes }: Reach,
): Promise<void> {
  const stored = await find(wanted, stack, world);
  const buried = await letters.find(wanted);
  const known = new Set(stored.map(({ brand, id }) => `${brand} ${id}`));
  const found = [
    ...stored,
    ...buried.found.filter(({ brand, id }) => !known.has(`${brand} ${id}`)),
  ];
  if (buried.unreadable > 0)
    world.complain(
      `! ${buried.unreadable} dead letters could not be looked through. They are deleted 14 days after they were sent; promisewatch redrive mentions --dry-run groups them.`,
    );
  if (found.length === 0)
    throw new Refusal(
      'no stored mention matches. Nothing was changed. Names are compared as the source writes them, addresses without tracking parameters.',
      EXIT.notFound,
    );
  for (const { brand, source, bucketDay, id } of found)
    world.complain(`${bucketDay}  ${brand}  ${source}  ${id}`);
  if (flags.dryRun) {
    report({ mentions: found.length, versions: 0, digests: 0, days: 0, letters: 0 }, flags, world);
    return;
  }
  if (flags.yes !== true) {
    const answer = await outside.ask(
      `Erase ${found.length === 1 ? 'this mention' : `these ${found.length} mentions`} for good? Type "forget": `,
    );
    if (answer?.trim() !== 'forget')
      throw new UsageError('Nothing was changed. Type "forget" to erase, or add --yes.');
  }
  report(await erase(found, { stack, letters, world, changes }), flags, world);
}

/** The dead letters of mentions, where texts lie that were never stored. */
async function deadLettersOf({ ssm, stackName, region }: OpenedStack) {
  const [{ SQSClient }, { findInLetters, eraseFromLetters }, { mentions }] = await Promise.all([
    import('@aws-sdk/client-sqs'),
    import('../operators/erase-letters.ts'),
    queuesOf(ssm, stackName),
  ]);
  const client = new SQSClient({ region });
  return {
    find: (wanted: WantedLetter) => findInLetters(client, mentions.deadLetters, wanted),
    erase: (found: readonly Found[]) => eraseFromLetters(client, mentions.deadLetters, found),
    close: () => client.destroy(),
  };
}

async function find(wanted: WantedLetter, stack: OpenedStack, { now }: World): Promise<Found[]> {
  const erasure = await erasureOf(stack);
  const { brands, deploy, timeZone } = stack.config;
  const found: Found[] = [];
  if ('id' in wanted) {
    for (const { id } of brands) {
      const mention = await erasure.byId(id, wanted.id);
      if (mention !== undefined) found.push(mention);
    }
    return found;
  }
  for (const brand of brands) {
    const today = dayIn(brand.timeZone ?? timeZone, now());
    for (let back = deploy.retentionDays; back >= 0; back--)
      found.push(...(await erasure.onDay(brand.id, addDays(today, -back), wanted)));
  }
  return found;
}

async function wantedOf(
  { id, author, url, source }: Flags,
  { config, ssm, authorKeyParameter }: OpenedStack,
): Promise<WantedLetter> {
  if (id !== undefined) return { id };
  if (url !== undefined) {
    const { canonicalUrl } = await import('../../src/mentions/canonical-url.ts');
    const canonical = canonicalUrl(url);
    if (canonical === null)
      throw new UsageError(`"${url}" is not an address. Example: https://reviews.example/acme/17`);
    return { url: canonical };
  }
  const [{ readAuthorKey }, { authorHash }] = await Promise.all([
    import('../../src/adapters/author-key.ts'),
    import('../../src/mentions/hashes.ts'),
  ]);
  const sources = config.brands.flatMap((brand) => brand.sources.map(({ id }) => id));
  if (source !== undefined && !sources.includes(source))
    throw new UsageError(`there is no source "${source}". Known: ${sources.join(', ')}`);
  const key = await readAuthorKey(ssm, authorKeyParameter);
  const hashes = (source === undefined ? sources : [source]).flatMap(
    (id) => authorHash(key, id, author ?? '') ?? [],
  );
  if (hashes.length === 0) throw new UsageError('--author takes a name.');
  return { author: new Set(hashes) };
}

interface Erased {
  readonly mentions: number;
  readonly versions: number;
  readonly digests: number;
  /** Days that will be recounted. */
  readonly days: number;
  /** Dead letters that held one of them. */
  readonly letters: number;
}

async function erase(
  found: readonly Found[],
  { stack, letters, world, changes }: Omit<Reach, 'outside'>,
): Promise<Erased> {
  const { dynamodb, tableName, config } = stack;
  const [{ dynamoRollupStore }, { dynamoTable }] = await Promise.all([
    import('../../src/adapters/dynamodb/rollups.ts'),
    import('../../src/adapters/dynamodb/table.ts'),
  ]);
  const erasure = await erasureOf(stack);
  const rollups = dynamoRollupStore(dynamoTable(dynamodb, tableName));
  const now = world.now();
  let versions = 0;
  let digests = 0;
  let days = 0;
  let emptied = 0;
  const brands = [...new Set(found.map(({ brand }) => brand))];
  const idsOf = (brand: string) =>
    new Set(found.filter((mention) => mention.brand === brand).map(({ id }) => id));
  const eraseTexts = async () => {
    for (const mention of found) versions += await erasure.erase(mention, now);
  };
  await takeSteps(
    [
      { done: `erased ${found.length} texts; tombstones stay in their place`, run: eraseTexts },
      {
        done: 'took their quotes out of frozen digests',
        run: async () => {
          for (const brand of brands) digests += await erasure.eraseQuotes(brand, idsOf(brand));
        },
      },
      {
        done: 'emptied what people remarked about them',
        run: async () => {
          for (const brand of brands) await erasure.eraseRemarks(brand, idsOf(brand));
        },
      },
      {
        // Behind the tombstones: what is judged from now on is refused.
        done: 'took them out of the dead letters',
        run: async () => {
          emptied += await letters.erase(found);
        },
      },
      {
        done: 'marked their days for a recount within the hour',
        run: async () => {
          for (const { brand, bucketDay } of distinctDays(found)) {
            if (bucketDay === '') continue;
            // A bucket that has begun to expire would lose more than what was erased.
            const age = daysBetween(bucketDay, now.toISOString().slice(0, 10));
            if (age > config.deploy.retentionDays - 2) continue;
            await rollups.markDirty(brand, bucketDay, now);
            days++;
          }
        },
      },
      {
        // Whoever copied the old version at the very moment of the first pass did it before this one.
        done: 'looked a second time for versions written meanwhile',
        run: eraseTexts,
      },
    ],
    world,
    changes,
  );
  return { mentions: found.length, versions, digests, days, letters: emptied };
}

function distinctDays(found: readonly Found[]): Found[] {
  return [
    ...new Map(found.map((mention) => [`${mention.brand} ${mention.bucketDay}`, mention])).values(),
  ];
}

function report(erased: Erased, { dryRun, json }: Flags, { print, now }: World): void {
  const until = addDays(now().toISOString().slice(0, 10), BACKUP_DAYS);
  if (json) {
    print(JSON.stringify({ ...erased, dryRun: dryRun ?? false, inBackupsUntil: until }));
    return;
  }
  if (dryRun) {
    print(`${erased.mentions} would be erased. Nothing was changed.`);
    return;
  }
  print(
    `Erased ${erased.mentions} mentions, ${erased.versions} older versions, quotes in ${erased.digests} digests, ${erased.letters} dead letters; ${erased.days} days are counted anew.`,
  );
  print(
    `Still holding the text: the table's point-in-time backups until ${until}, with what was restored from them; mails that were sent; copies made with sync or export.`,
  );
}

async function erasureOf({ dynamodb, tableName }: OpenedStack) {
  const [{ dynamoErasure }, { dynamoTable }] = await Promise.all([
    import('../../src/adapters/dynamodb/erasure.ts'),
    import('../../src/adapters/dynamodb/table.ts'),
  ]);
  return dynamoErasure(dynamoTable(dynamodb, tableName));
}
