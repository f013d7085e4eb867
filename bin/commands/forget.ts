import { Command } from 'commander';
import type { Found } from '../../src/adapters/dynamodb/erasure.ts';
import { addDays, daysBetween } from '../../src/mentions/day.ts';
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
/** DynamoDB deletes what has expired within some days, and a day may have begun elsewhere. */
const SPARE_DAYS = 4;
/** Days that are asked for at a time. */
const DAYS_AT_ONCE = 16;

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
    const places = await placesOf(stack);
    const wanted = await wantedOf(flags, stack, places);
    const letters = await deadLettersOf(stack);
    try {
      await forgetWanted(wanted, flags, { stack, places, letters, world, outside, changes });
    } finally {
      letters.close();
    }
  };
  await withStack(flags, world, forgetIn, changes);
}

/** Brands, each with its sources. */
type Places = ReadonlyMap<string, ReadonlySet<string>>;

interface Reach {
  readonly stack: OpenedStack;
  readonly places: Places;
  readonly letters: Awaited<ReturnType<typeof deadLettersOf>>;
  readonly world: World;
  readonly outside: Outside;
  readonly changes: Changes;
}

async function forgetWanted(
  wanted: WantedLetter,
  flags: Flags,
  { stack, places, letters, world, outside, changes }: Reach,
): Promise<void> {
  const stored = await find(wanted, stack, places, world);
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

/** Of the file and of every configuration there ever was: texts outlive the source and the brand that they came by. */
async function placesOf({ config, dynamodb, tableName }: OpenedStack): Promise<Places> {
  const [{ dynamoSettingsStore }, { dynamoTable }] = await Promise.all([
    import('../../src/adapters/dynamodb/settings.ts'),
    import('../../src/adapters/dynamodb/table.ts'),
  ]);
  const places = new Map(await dynamoSettingsStore(dynamoTable(dynamodb, tableName)).placesEver());
  for (const { id, sources } of config.brands)
    places.set(id, new Set([...(places.get(id) ?? []), ...sources.map((source) => source.id)]));
  return places;
}

async function find(
  wanted: WantedLetter,
  stack: OpenedStack,
  places: Places,
  { now }: World,
): Promise<Found[]> {
  const erasure = await erasureOf(stack);
  const found: Found[] = [];
  for (const brand of places.keys()) {
    if ('id' in wanted) {
      const mention = await erasure.byId(brand, wanted.id);
      if (mention !== undefined) found.push(mention);
      continue;
    }
    const days = await daysOf(brand, stack, now());
    for (let first = 0; first < days.length; first += DAYS_AT_ONCE) {
      const some = days.slice(first, first + DAYS_AT_ONCE);
      found.push(
        ...(await Promise.all(some.map((day) => erasure.onDay(brand, day, wanted)))).flat(),
      );
    }
  }
  return found;
}

/**
 * Days whose mentions can still be stored. A mention may be as old as the retention when it is read, and then stays as long
 * again; where the retention was longer once, the counts say which earlier days there were.
 */
async function daysOf(brand: string, stack: OpenedStack, now: Date): Promise<string[]> {
  const rollups = await rollupsOf(stack);
  const today = now.toISOString().slice(0, 10);
  const back = 2 * stack.config.deploy.retentionDays + SPARE_DAYS;
  const from = addDays(today, -back);
  const earlier = await rollups.between(brand, '0000-01-01', addDays(from, -1));
  const recent = Array.from({ length: back + 2 }, (_, i) => addDays(from, i));
  return [...new Set([...earlier.map(({ day }) => day), ...recent])];
}

async function wantedOf(
  { id, author, url, source }: Flags,
  { ssm, authorKeyParameter }: OpenedStack,
  places: Places,
): Promise<WantedLetter> {
  if (id !== undefined) {
    if (!/^[0-9a-f]{32}$/.test(id))
      throw new UsageError(
        `"${id}" is not the id of a mention: 32 digits and letters a to f, as promisewatch mentions list --json prints them.`,
      );
    return { id };
  }
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
  const sources = [...new Set([...places.values()].flatMap((ids) => [...ids]))];
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
  { stack, letters, world, changes }: Omit<Reach, 'outside' | 'places'>,
): Promise<Erased> {
  const { config } = stack;
  const erasure = await erasureOf(stack);
  const rollups = await rollupsOf(stack);
  const now = world.now();
  let versions = 0;
  let digests = 0;
  let emptied = 0;
  const days = new Set<string>();
  const brands = [...new Set(found.map(({ brand }) => brand))];
  const idsOf = (brand: string) =>
    new Set(found.filter((mention) => mention.brand === brand).map(({ id }) => id));
  const texts = async () => {
    for (const mention of found) versions += await erasure.erase(mention, now);
  };
  const quotes = async () => {
    for (const brand of brands) digests += await erasure.eraseQuotes(brand, idsOf(brand));
  };
  const remarks = async () => {
    for (const brand of brands) await erasure.eraseRemarks(brand, idsOf(brand));
  };
  const buried = async () => {
    emptied += await letters.erase(found);
  };
  const marks = async () => {
    for (const { brand, bucketDay } of distinctDays(found)) {
      if (bucketDay === '') continue;
      // A bucket that has begun to expire would lose more than what was erased.
      const age = daysBetween(bucketDay, now.toISOString().slice(0, 10));
      if (age > config.deploy.retentionDays - 2) continue;
      await rollups.markDirty(brand, bucketDay, now);
      days.add(`${brand} ${bucketDay}`);
    }
  };
  // The texts last: by them the command finds what is left to do when it died half-way and runs again.
  await takeSteps(
    [
      { done: 'took their quotes out of frozen digests', run: quotes },
      { done: 'emptied what people remarked about them', run: remarks },
      { done: 'took them out of the dead letters', run: buried },
      { done: 'marked their days for a recount within the hour', run: marks },
      { done: `erased ${found.length} texts; tombstones stay in their place`, run: texts },
      {
        // Whoever copied or froze a text at the very moment of the first pass did it before this one: what is
        // judged behind the tombstones is refused.
        done: 'looked a second time for what was written meanwhile',
        run: async () => {
          for (const step of [quotes, remarks, buried, marks, texts]) await step();
        },
      },
    ],
    world,
    changes,
  );
  return { mentions: found.length, versions, digests, days: days.size, letters: emptied };
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

async function rollupsOf({ dynamodb, tableName }: OpenedStack) {
  const [{ dynamoRollupStore }, { dynamoTable }] = await Promise.all([
    import('../../src/adapters/dynamodb/rollups.ts'),
    import('../../src/adapters/dynamodb/table.ts'),
  ]);
  return dynamoRollupStore(dynamoTable(dynamodb, tableName));
}
