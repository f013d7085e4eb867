import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { composeDigest } from '../../src/digest/compose.ts';
import { renderDigest } from '../../src/digest/render.ts';
import { everyKind } from '../digest/kinds.ts';
import { type BenchRow, handOver } from './rows.ts';

/** Prints what a digest costs: `npx node test/bench/digest.ts`. Targets: renderer 20 KB, 5 ms. */

async function bundled(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    charset: 'utf8',
    external: ['@aws-sdk/*'],
    write: false,
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/** Median of `runs` calls in milliseconds, after as many to warm up. */
function median(runs: number, call: () => unknown): number {
  const times: number[] = [];
  for (let run = 0; run < 2 * runs; run++) {
    const start = performance.now();
    call();
    if (run >= runs) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
}

const rows: BenchRow[] = [];
const kb = (bytes: number) => (bytes / 1000).toFixed(1).padStart(6);

for (const name of ['render', 'compose']) {
  const code = await bundled(`src/digest/${name}.ts`);
  console.log(`${name}.ts ${kb(code.length)} KB minified, ${kb(gzipSync(code).length)} KB gzip`);
  if (name === 'render') {
    rows.push({
      what: 'size of the renderer, minified',
      value: code.length / 1000,
      unit: 'KB',
      aim: '≤ 20',
    });
    rows.push({
      what: 'size of the renderer, gzip',
      value: gzipSync(code).length / 1000,
      unit: 'KB',
    });
  }
}
console.log('kind                 compose ms  render ms  HTML KB  text KB  model KB');
for (const [kind, make] of Object.entries(everyKind)) {
  const input = make();
  const model = composeDigest(input);
  const { html, text } = renderDigest(model, input.mentions);
  const composeMs = median(20, () => composeDigest(input));
  const renderMs = median(50, () => renderDigest(model, input.mentions));
  rows.push({ what: `rendering, ${kind}`, value: renderMs, unit: 'ms', aim: '≤ 5' });
  const row = [
    composeMs.toFixed(1).padStart(10),
    renderMs.toFixed(1).padStart(10),
    kb(Buffer.byteLength(html)).padStart(8),
    kb(Buffer.byteLength(text)).padStart(8),
    kb(JSON.stringify(model).length).padStart(9),
  ];
  console.log(kind.padEnd(20) + row.join(' '));
}
handOver(rows);
