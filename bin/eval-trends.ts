import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { evaluate, FULL, isMissed, SHORT } from '../src/trends/evaluation/evaluate.ts';
import type { Confusion } from '../src/trends/evaluation/measure.ts';
import { reportOf } from '../src/trends/evaluation/report.ts';

/**
 * Measures the trend checks on simulated brands and writes the page. Exit 1 when a target, other than a known
 * shortfall, is missed with perfect labels even at the better end of its interval; 2 for misuse.
 */
const USAGE = `npm run eval:trends -- [--short] [--seed TEXT] [--confusion RECALL,SPECIFICITY] [--out FILE|-]
  --short      small samples, about a minute; writes nothing unless --out is given
  --seed       any text; the same text gives the same figures (default: promisewatch)
  --confusion  run a second time with such labels, e.g. 0.85,0.98
  --measured-on  the texts that the confusion was measured on, for the page
  --out        default: docs/evaluation/trends.md; - prints the page`;

const flags = read(process.argv.slice(2));
if (typeof flags === 'string') {
  console.error(`${flags}\n${USAGE}`);
  process.exitCode = 2;
} else {
  await main(flags);
}

type Flags = {
  short: boolean;
  seed: string;
  confusion: Confusion | undefined;
  out: string | undefined;
};

function read(argv: string[]): Flags | string {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        short: { type: 'boolean', default: false },
        seed: { type: 'string', default: 'promisewatch' },
        confusion: { type: 'string' },
        'measured-on': { type: 'string' },
        out: { type: 'string' },
      },
    });
    const parts = values.confusion?.split(',').map(Number);
    const [recall = Number.NaN, specificity = Number.NaN] = parts ?? [];
    const isShare = (share: number) => share > 0 && share <= 1;
    if (parts !== undefined && !(parts.length === 2 && isShare(recall) && isShare(specificity))) {
      return '--confusion wants two shares between 0 and 1, e.g. 0.85,0.98';
    }
    return {
      short: values.short,
      seed: values.seed,
      confusion:
        parts === undefined
          ? undefined
          : { recall, specificity, measuredOn: values['measured-on'] },
      out: values.out ?? (values.short ? undefined : 'docs/evaluation/trends.md'),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function main({ short, seed, confusion, out }: Flags): Promise<void> {
  const sizes = short ? SHORT : FULL;
  const perfect = evaluate({ seed }, sizes);
  const evaluations = [perfect];
  if (confusion !== undefined) evaluations.push(evaluate({ seed, confusion }, sizes));
  const page = reportOf(evaluations);
  if (out === '-') process.stdout.write(page);
  else if (out !== undefined) {
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, page);
  }
  const missed = perfect.rows.filter(isMissed);
  for (const row of missed) {
    console.error(`missed${row.shortfall === undefined ? '' : ', as known'}: ${row.what}`);
  }
  console.log(
    `${perfect.rows.length} figures, ${missed.length} targets missed${out === undefined || out === '-' ? '' : `, written to ${out}`}`,
  );
  if (missed.some(({ shortfall }) => shortfall === undefined)) process.exitCode = 1;
}
