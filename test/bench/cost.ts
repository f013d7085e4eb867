import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../bin/local-run/open-run.ts';
import { costPage } from './cost-page.ts';
import { runPipeline } from './pipeline.ts';

// Counts what new mentions cost the pipeline on this machine and writes the part of docs/cost.md that says so.
const MENTIONS = 2000;
const PAGE = join(ROOT, 'docs', 'cost.md');
const BEGINS = '<!-- Written by `npm run bench cost`: -->';
const ENDS = '<!-- End of what is written. -->';

const text = costPage(await runPipeline(MENTIONS));
console.log(text);
const [head = '', rest = ''] = readFileSync(PAGE, 'utf8').split(BEGINS);
writeFileSync(
  PAGE,
  `${head.trimEnd()}\n\n${BEGINS}\n\n${text}\n\n${ENDS}\n${(rest.split(ENDS)[1] ?? '').trimStart()}`,
);
