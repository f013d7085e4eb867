import type { Manifest } from './connector.ts';

/** The manifests as sections of docs/sources.md, which a test compares with the page. */
export function manifestSections(manifests: readonly Manifest[]): string {
  return manifests.map(section).join('\n');
}

function section(manifest: Manifest): string {
  const rows: readonly (readonly [string, string])[] = [
    ['Read as', manifest.kind],
    ['Terms', manifest.terms === null ? 'those of each publisher' : `<${manifest.terms}>`],
    ['Own listings only', manifest.ownListingsOnly ? 'yes' : 'no'],
    ['Keys', manifest.keys],
    ['Limits', manifest.limits],
    ['Sees', manifest.sees],
    ['Cannot see', manifest.cannotSee],
    ['Backfill', manifest.reach],
    ['Rests on', manifest.evidence],
  ];
  const table = rows.map(([name, value]) => `| ${name} | ${value.replaceAll('|', '\\|')} |`);
  return [
    `### \`${manifest.name}\``,
    '',
    manifest.title,
    '',
    '| | |',
    '|---|---|',
    ...table,
    '',
  ].join('\n');
}
