import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Brand } from '../src/brands/brand.ts';
import type { ReclassifyReport } from '../src/checks/reclassify.ts';
import type { World } from './command.ts';

export interface ReclassifyPlace {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
}

/**
 * Judges the stored mentions of brands by this folder's classifier and the promises in force, where another version
 * judged them; brands without mentions are left to the first one that arrives.
 *
 * @param all also looks for single mentions of brands whose version is in force already
 */
export async function reclassifyBrands(
  brands: readonly Brand[],
  { dynamodb, tableName }: ReclassifyPlace,
  { now, terminal, signal }: Pick<World, 'now' | 'terminal' | 'signal'>,
  all = false,
): Promise<ReclassifyReport[]> {
  const [{ dynamoTable }, settings] = await Promise.all([
    import('../src/adapters/dynamodb/table.ts'),
    import('../src/adapters/dynamodb/settings.ts'),
  ]);
  const table = dynamoTable(dynamodb, tableName);
  const checkpoints = settings.dynamoCheckpoints(table);
  const inForce = await Promise.all(brands.map(({ id }) => checkpoints.get(`classifier#${id}`)));
  if (inForce.every((cv) => cv === undefined)) return [];

  const [stores, classifying] = await Promise.all([storesOf(table), openJudges()]);
  const reports: ReclassifyReport[] = [];
  for (const [i, brand] of brands.entries()) {
    const target = classifying.of(brand);
    if (inForce[i] === undefined || (inForce[i] === target.cv && !all)) continue;
    reports.push(
      await stores.reclassify(
        brand,
        target,
        {
          now,
          signal,
          onDay: (phase, done, of) =>
            terminal?.status(
              `${brand.name}: ${phase === 'shadow' ? 'judging' : 'rewriting'} day ${done + 1} of ${of}`,
            ),
        },
        { ...stores.deps, checkpoints },
      ),
    );
    terminal?.status('');
  }
  return reports;
}

async function storesOf(
  table: ReturnType<typeof import('../src/adapters/dynamodb/table.ts').dynamoTable>,
) {
  const [mentions, rollups, notes, incidents, classifications, { reclassify }] = await Promise.all([
    import('../src/adapters/dynamodb/mentions.ts'),
    import('../src/adapters/dynamodb/rollups.ts'),
    import('../src/adapters/dynamodb/notes.ts'),
    import('../src/adapters/dynamodb/incidents.ts'),
    import('../src/adapters/dynamodb/classifications.ts'),
    import('../src/checks/reclassify.ts'),
  ]);
  return {
    reclassify,
    deps: {
      store: mentions.dynamoMentionStore(table),
      rollups: rollups.dynamoRollupStore(table),
      notes: notes.dynamoNoteStore(table),
      incidents: incidents.dynamoIncidentStore(table),
      classifications: classifications.dynamoReclassificationStore(table),
    },
  };
}

/** As the classify function judges. */
async function openJudges() {
  const [{ openClassifier }, { loadLanguageDetector }, { registerOf }, { inputOf }] =
    await Promise.all([
      import('./open-classifier.ts'),
      import('../src/classification/language.ts'),
      import('../src/classification/promises.ts'),
      import('../src/classification/brand-judges.ts'),
    ]);
  const { classifier } = openClassifier(await loadLanguageDetector());
  return {
    of(brand: Brand) {
      const register = registerOf(brand);
      return {
        cv: classifier.version(register),
        classify: (mention: Parameters<typeof inputOf>[0]) =>
          classifier.classify(inputOf(mention), register),
      };
    },
  };
}

/** One line a brand, for people. */
export function reclassifyLine({
  brand,
  from,
  to,
  days,
  mentions,
  masked,
  finished,
  takenBy,
}: ReclassifyReport) {
  if (takenBy !== null)
    return `${brand}: another run is judging its mentions by ${takenBy}. When it has ended, run "promisewatch reclassify".`;
  if (!finished)
    return `${brand}: stopped. Nothing is half done; run "promisewatch reclassify" to go on.`;
  if (from === to && mentions === 0) return `${brand}: every mention is judged by ${to}.`;
  const held =
    masked.length === 0
      ? ''
      : ` ${masked.join(', ')} would have fired on the day checked last and opens nothing until it has been quiet.`;
  return `${brand}: ${mentions} mentions of ${days} days judged again, ${to} is in force instead of ${from}.${held}`;
}
