import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Table } from '../../src/adapters/dynamodb/table.ts';
import type { Brand } from '../../src/brands/brand.ts';
import type { Settings } from '../../src/config/config.ts';
import { timeZoneOf } from '../../src/config/find.ts';
import { type AnalystStores, type BrandReader, brandReader } from '../../src/query/reader.ts';
import { EXIT, Refusal, type World } from '../command.ts';
import { explainAws } from './aws-errors.ts';
import { choose } from './choose.ts';
import type { PlaceFlags } from './flags.ts';

/** An open store and what is configured in it. */
export interface Session {
  readonly stores: AnalystStores;
  readonly settings: Settings;
  /** The clock of the data: of a local run its own. */
  readonly now: Date;
  /** As in `local run .promisewatch/northbell` or `stack promisewatch in eu-west-1`. */
  readonly label: string;
  /** Name of the folder that caches this store. */
  readonly cacheKey: string;
  readonly table: Table;
  readonly tableName: string;
  /** For what the table itself cannot do. */
  readonly client: () => Promise<DynamoDBClient>;
}

/** What questions are asked of. */
export type Data = Pick<Session, 'stores' | 'settings' | 'now' | 'label'>;

const LOCAL_FOLDER = '.promisewatch/northbell';

/** The place that flags name: `--data` means a local run. */
export const isLocal = ({ local, data }: PlaceFlags): boolean =>
  local === true || data !== undefined;

/**
 * Opens the store, hands it to `use`, and closes it whatever happens. The AWS clients are loaded here, not when
 * the program starts.
 *
 * @throws {Refusal} for missing credentials, stack, folder or configuration, with the next command to type
 */
export async function withSession<T>(
  flags: PlaceFlags,
  world: World,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const place = isLocal(flags) ? await localPlace(flags, world) : await awsPlace(flags, world);
  try {
    const { settingsIn, storesOf } = await import('./stores.ts');
    const stores = storesOf(place.table);
    const settings = await settingsIn(place.table);
    if (settings === undefined)
      throw new Refusal(
        `${place.label} has no configuration yet. Store one: promisewatch apply`,
        EXIT.notFound,
      );
    const session = { ...place, stores, settings };
    if (flags.verbose === true)
      world.complain(`reading ${place.label}, as of ${place.now.toISOString()}`);
    return await use(session);
  } catch (error) {
    throw explainAws(error, place.label);
  } finally {
    await place.close();
  }
}

interface Place extends Omit<Session, 'stores' | 'settings'> {
  readonly close: () => Promise<void>;
}

async function localPlace(flags: PlaceFlags, world: World): Promise<Place> {
  const { data = LOCAL_FOLDER } = flags;
  const { openLocalTable } = await import('./local-table.ts');
  const table = await openLocalTable(data, world.cwd);
  return {
    ...table,
    now: table.now ?? world.now(),
    label: `local run ${data}`,
    cacheKey: await cacheKeyOf(flags, world),
  };
}

/** Names the local copy of a store, without asking the store. */
export async function cacheKeyOf(flags: PlaceFlags, world: World): Promise<string> {
  if (isLocal(flags)) {
    const path = resolve(world.cwd, flags.data ?? LOCAL_FOLDER);
    return `local-${createHash('sha256').update(path).digest('hex').slice(0, 12)}`;
  }
  const { stackName, region } = await stackNamed(flags, world);
  return `${stackName}-${region}`;
}

async function awsPlace(flags: PlaceFlags, world: World): Promise<Place> {
  const { stackName, region } = await stackNamed(flags, world);
  // The SDK's credential chain reads the profile from the environment alone.
  if (flags.profile !== undefined) process.env['AWS_PROFILE'] = flags.profile;
  const [{ openStack }, { dynamoTable }] = await Promise.all([
    import('../stack.ts'),
    import('../../src/adapters/dynamodb/table.ts'),
  ]);
  const label = `stack ${stackName} in ${region}`;
  try {
    const stack = await openStack({ stackName, region });
    return {
      table: dynamoTable(stack.dynamodb, stack.tableName),
      tableName: stack.tableName,
      client: async () => stack.dynamodb,
      now: world.now(),
      label,
      cacheKey: await cacheKeyOf(flags, world),
      close: async () => {
        stack.dynamodb.destroy();
        stack.ssm.destroy();
      },
    };
  } catch (error) {
    throw explainAws(error, label);
  }
}

/** Flag, then environment, then promisewatch.yaml. */
async function stackNamed({ stack, region, config }: PlaceFlags, { env, cwd }: World) {
  const named = {
    stackName: stack ?? env['PROMISEWATCH_STACK'],
    region: region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'],
  };
  if (named.stackName !== undefined && named.region !== undefined)
    return { stackName: named.stackName, region: named.region };
  const file = config ?? 'promisewatch.yaml';
  if (config === undefined && !existsSync(resolve(cwd, file)))
    throw new Refusal(
      `which data? There is no promisewatch.yaml here. Name a stack (--stack promisewatch --region eu-west-1), a file (--config FILE) or a local run (--data ${LOCAL_FOLDER}).`,
      EXIT.notFound,
    );
  const { readConfigFile } = await import('../read-config-file.ts');
  const { deploy } = readConfigFile(file, cwd);
  return {
    stackName: named.stackName ?? deploy.stackName,
    region: named.region ?? deploy.region,
  };
}

/** The brand that `--brand` names, or the only one. */
export function brandNamed({ brands }: Settings, flags: Pick<PlaceFlags, 'brand'>): Brand {
  const ids = brands.map(({ id }) => id);
  const [only, ...others] = brands;
  if (flags.brand === undefined) {
    if (only !== undefined && others.length === 0) return only;
    throw new Refusal(`which brand? Add --brand and one of ${ids.join(', ')}.`, EXIT.notFound);
  }
  const id = choose('brand', flags.brand, ids);
  return brands.find((brand) => brand.id === id) as Brand;
}

export function readerOf(
  { settings, stores, now }: Omit<Data, 'label'>,
  brand: Brand,
): BrandReader {
  return brandReader(brand, timeZoneOf(brand, settings), now, stores);
}
