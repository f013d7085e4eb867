/*
 * What most evidence has in common, for the packer to refer to. Stored items depend on every byte: a dictionary is
 * never changed, only followed by another.
 */

/** Of evidence without a mark. */
export const FIRST_WORDS = Buffer.from(
  '{"p":[],"w":"no words","r":["words of the review model","words of the social model","rule ","cue churn ","cue answer ","cue resolution ","cue price ","cue quality ","cue trust ","emoji ","stars ","lexicon ","negated "," +0."," -0."],"v":[[0,"numeric: \\" against ","service-failure: ","answer: ","words of the promise","sentiment of the clause","words of the dimension"]],"d":[[0,0,],[1,0,]],"g":[[0,0,]],"f":["rating-disagrees","rating-only","fallback","unsure"]}',
);

/** From the seldom to the frequent, as counted on the training mentions: what is near the end is referred to in fewer bits. */
const RULES = [
  ...['charged-twice -1.6', 'thanks-for-help +0.9', 'asks-why -0.8', 'still-waiting -1.5'],
  ...['no-response -1.5', 'told-otherwise -0.9', 'late -1.2', 'cannot-use -1.3', 'nth-time -1.2'],
  ...['prompt +1.1', 'long-wait -1.3'],
];
const CUES = [
  ...['callback', 'employee', 'privacy', 'cancel', 'room', 'hours', 'accuracy', 'window', 'food'],
  ...['fraud-back', 'plain', 'damage', 'human', 'sleep', 'queue', 'visit', 'connection', 'billing'],
  ...['policy', 'refund', 'person', 'knowledge', 'wait', 'reply', 'value', 'clean', 'travel'],
  ...['churn', 'effort', 'solved', 'fees', 'honesty', 'advocacy', 'channels', 'first-contact'],
  ...['app', 'answer', 'delivery', 'product', 'kind'],
];

/** Of evidence that begins with the mark. */
export const WORDS = Buffer.from(
  [
    '"w":"no words","emoji lexicon negated stars rating-only fallback unsure rating-disagrees"],(negated)"|{',
    RULES.map((rule) => `"rule ${rule}"`).join(','),
    `,"${CUES.map((cue) => `cue ${cue}`).join(' failed -0.5","')} failed -0.5","cue kind +0.5",`,
    '"promises broken -0.5","promises kept +1","words of the news model","words of the forum model",',
    '"words of the social model","words of the review model"],"v":[],"f":["rating-disagrees"]}',
    '","numeric: \\" minutes\\" against ","words like those of earlier mentions"]],"d":[[0,0,',
    '"words of the promise"]],"d":[[0,0,],[1,1,2]],"g":[[0,0,1],[1,0,]],"d":[],"g":[],"f":[]}',
    '{"p":[10000,0,0],"r":["',
  ].join(''),
);
