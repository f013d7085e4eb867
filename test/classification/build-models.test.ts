import { describe, expect, it } from 'vitest';
import { buildModels, type Materials } from '../../src/classification/build-models.ts';
import { encodeHeads } from '../../src/classification/head-files.ts';
import { readProjectRows } from '../../src/classification/project-files.ts';
import { readPartRows, readTrainingRows } from '../../src/classification/training-data.ts';
import { encodeWeights } from '../../src/classification/weights.ts';
import { assets, NORTHBELL } from './assets.ts';

const LINES = [
  ['good phone, works well', 'positive'],
  ['bad battery, broke after a day', 'negative'],
  ['it has two buttons', 'neutral'],
  ['love the screen', 'positive'],
  ['hate the case', 'negative'],
].map(([t, y]) => JSON.stringify({ t, y }));

const OWN = `
{"t":"On hold for an hour. Useless.","kind":"social","register":"northbell","y":"negative","labels":[{"promise":"answer-60s","outcome":"broken","quote":"On hold for an hour."}],"dimensions":["responsiveness"]}
{"t":"Answered at once, no fees at all.","register":"northbell","y":"positive","labels":[{"promise":"answer-60s","outcome":"kept","quote":"Answered at once"}],"dimensions":["responsiveness","price"]}
{"t":"They sell kettles.","register":"northbell","y":"neutral","labels":[],"dimensions":[]}
`;

const PARTS = `
{"t":"The soup was superb but the waiter was rude.","y":"mixed","cats":[["food","positive"],["staff","negative"],["miscellaneous","neutral"]]}
{"t":"The waiter was sweet, the service slow.","y":"mixed","cats":[["staff","positive"],["service","negative"]]}
`;

function materials(): Materials {
  const json = Array.from({ length: 40 }, () => LINES).flat();
  return {
    publicRows: readTrainingRows([{ name: 'a', kind: 'review', weight: 1 }], () => json.join('\n')),
    projectRows: readProjectRows(OWN, 'own.jsonl'),
    partRows: readPartRows(PARTS, 10),
    registers: { northbell: NORTHBELL },
    lexicon: assets.lexicon,
    cues: assets.cues,
  };
}

describe('training', () => {
  it('gives identical bytes twice', () => {
    const once = buildModels(materials());
    const again = buildModels(materials());
    expect(Buffer.compare(encodeWeights(once.weights), encodeWeights(again.weights))).toBe(0);
    expect(Buffer.compare(encodeHeads(once.heads), encodeHeads(again.heads))).toBe(0);
  });

  it('gives other bytes for other rows', () => {
    const once = buildModels(materials());
    const other = buildModels({ ...materials(), publicRows: materials().publicRows.slice(1) });
    expect(Buffer.compare(encodeWeights(once.weights), encodeWeights(other.weights))).not.toBe(0);
  });

  it('takes a part that is judged twice over, differently, for unclear', () => {
    expect(readPartRows(PARTS, 10).map(({ labels }) => labels)).toEqual([
      [
        { promise: 'food', outcome: 'kept' },
        { promise: 'service', outcome: 'broken' },
      ],
      [{ promise: 'service', outcome: 'unclear' }],
    ]);
  });

  it('names file and line of a row that is none', () => {
    expect(() => readProjectRows('\n{"t":1}', 'own.jsonl')).toThrow('own.jsonl, line 2');
    expect(() => readProjectRows('{"t":"a"}\nrubbish', 'own.jsonl')).toThrow(
      'own.jsonl, line 2 is not JSON',
    );
  });

  it('reads rows as other tools write them: a mark before the first, CRLF, null and empty texts', () => {
    const file = '\uFEFF{"t":"Fine","y":null,"labels":null}\r\n\r\n{"t":"","y":"neutral"}\r\n';
    expect(readProjectRows(file, 'rows.jsonl')).toMatchObject([
      { t: 'Fine', y: undefined, labels: undefined },
      { t: '', y: 'neutral' },
    ]);
  });
});
