import type { CompiledPromise } from './compile.ts';
import { choiceOf } from './cue-elements.ts';
import type { Cue, CueSet } from './cues.ts';

/**
 * What customers write about each topic of the cue files: went well, went wrong, then neither. `{long}` is a
 * time well over the promise's limit or the topic's patience, `{short}` one well under it.
 */
const BY_TOPIC: Readonly<Record<string, readonly string[]>> = {
  answer: [
    'They picked up the phone after {short}.',
    'I rang and waited {long} before anybody answered.',
    'Nobody picked up the phone.',
    'I was never on hold.',
  ],
  reply: [
    'I had a reply to my e-mail within {short}.',
    'No reply to my e-mail after {long}.',
    'They never answered my message.',
  ],
  callback: [
    'They called me back after {short}.',
    'They promised a callback and never called.',
    'The callback came {long} later.',
  ],
  queue: ['There was no queue at the desk.', 'I stood in the queue for {long}.'],
  hours: ['I reached somebody at three in the night.', 'Nobody answers after six or at weekends.'],
  wait: ['It took {short}.', 'I have been waiting for {long} now.'],
  'first-contact': [
    'Solved with the first call.',
    'I had to call three times about the same thing.',
  ],
  solved: ['They fixed the problem at once.', 'The problem is still not solved.'],
  refund: [
    'My refund was in the account after {short}.',
    'I am still waiting for my refund after {long}.',
    'They refused to refund me.',
  ],
  visit: [
    'The technician came on the day agreed.',
    'The technician did not turn up, for the second time.',
  ],
  kind: ['The woman on the phone was kind and patient.', 'The man at the desk was rude to me.'],
  knowledge: ['She knew exactly what to do.', 'The agent read from a script and had no idea.'],
  effort: ['Everything was easy.', 'They make everything so complicated.'],
  human: ['I got a real person straight away.', 'Only a bot, no way to reach a human.'],
  cancel: ['I cancelled online in a minute.', 'It is impossible to cancel the contract.'],
  returns: ['Returning it was easy.', 'They would not take the return.'],
  person: ['They treated me as a person and remembered my name.', 'I was just a number to them.'],
  channels: [
    'The shop and the website told me the same.',
    'The chat said one thing and the phone another.',
  ],
  product: ['It works perfectly.', 'It broke after two days.'],
  delivery: [
    'It arrived a day earlier than promised.',
    'My parcel arrived {long} late.',
    'The delivery came after {short}.',
    'The parcel never arrived.',
  ],
  dropoff: ['The driver put it where I had asked.', 'The driver left it in the rain.'],
  window: ['He came within the hour they gave me.', 'I waited all day and he missed the slot.'],
  damage: ['It arrived without a scratch.', 'The box was crushed and the glass broken.'],
  accuracy: ['Everything I ordered was in the box.', 'They sent the wrong item.'],
  clean: ['The room was spotless.', 'The room was dirty.'],
  sleep: ['We slept well, it was quiet.', 'The noise kept us awake all night.'],
  food: ['The food was hot and fresh.', 'The food was cold.', 'We waited {long} for our food.'],
  room: ['The room was as in the pictures.', 'The room was nothing like the pictures.'],
  connection: ['The connection has been stable for a year.', 'The internet is down again.'],
  travel: ['We landed on time.', 'We were delayed by {long}.', 'The flight was cancelled.'],
  baggage: ['My suitcase was on the belt when I got there.', 'They lost my suitcase.'],
  stock: ['They had everything in stock.', 'It was out of stock again.'],
  fees: [
    'I paid exactly the price I was quoted, no hidden fees.',
    'They added hidden fees at the end.',
    'Out of nowhere there was an extra charge on top.',
  ],
  billing: ['The bill was right to the penny.', 'They charged me twice.'],
  value: ['Great value for money.', 'It is overpriced.', 'They raised the price again.'],
  policy: ['Their terms are fair.', 'The cancellation policy is ridiculous.'],
  app: ['The app works fine.', 'The app crashes all the time.'],
  login: ['Logging in takes a second.', 'I cannot log in.'],
  honesty: ['They did what they said.', 'They lied to me about the contract.'],
  privacy: ['My data is safe with them.', 'They sold my data.'],
  'fraud-back': [
    'After the fraud my money was back within {short}.',
    'I lost money to a scam and they refuse to pay it back.',
  ],
  plain: ['They explained it in plain words.', 'The letter was full of jargon.'],
  advocacy: ['I recommend them to everybody.', 'I would warn everybody off.'],
  churn: ['I have been a customer for ten years and stay.', 'I am leaving them after this.'],
  employee: ['A good place to work.', 'Management treats its people badly.'],
};

/** What customers write about any promise that allows a time. */
const TIMED = [
  'It took {short}.',
  'It took {long}.',
  'They said {limit} and it was {long}.',
  'They need {long}, not {limit} as they promise.',
  'Done in {short}, well under {limit}.',
] as const;

/** About a brand's own words. */
const OF_KEYWORD = [
  'The {keyword} was great.',
  'The {keyword} was terrible.',
  'Does anybody know about the {keyword}?',
  'They did nothing about the {keyword}.',
  'No problems with the {keyword}.',
] as const;

/** Repeats what the brand says of itself: asked, quoted as an advert, found true, found untrue. */
const OF_WORDS = [
  'Does this hold: "{words}"?',
  '"{words}" is what they say, and it is true.',
  '"{words}"? Not in my experience.',
  'If it were only true: {words}.',
  '{words}: that is exactly what I got.',
  '{words}: they kept their promise, and I am very happy.',
  '{words}? They did not, and nobody apologised.',
  '{words}: a lie, it was the opposite.',
  'I was told "{words}" and it was better than promised.',
  'They promise "{words}", but it never happened.',
  'They promise "{words}", and so it was.',
  'Can anybody tell me whether it is so: {words}?',
  '{words}: wrong again, for the third time.',
  '{words}: excellent, every time.',
] as const;

const LONG = 6;
const SHORT = 0.25;
/** Where neither promise nor topic names a time. */
const ANY_PATIENCE = 3600;
/** Sentences made of cues, per topic, where the written ones are not enough. */
const CUES_PER_TOPIC = 12;

/**
 * Sentences that customers could write about a promise, whatever it is about: those of its topics first, then
 * about its times, its keywords and its words, then made of the cues of its topics.
 */
export function candidateSentences(promise: CompiledPromise, cues: CueSet): string[] {
  const topics = [...promise.topics];
  const fill = (sentence: string, topic?: string) =>
    withTimes(
      sentence,
      promise.limit ?? cues.topics.get(topic ?? '')?.patience ?? ANY_PATIENCE,
    ).replaceAll('{words}', told(promise.text));
  return [
    ...new Set([
      ...topics.flatMap((topic) => (BY_TOPIC[topic] ?? []).map((line) => fill(line, topic))),
      ...(promise.limit === null ? [] : TIMED.map((line) => fill(line))),
      ...promise.keywords
        .filter((words) => words.length > 0)
        .flatMap((words) =>
          OF_KEYWORD.map((line) => line.replaceAll('{keyword}', words.join(' '))),
        ),
      ...OF_WORDS.map((line) => fill(line)),
      ...topics.flatMap((topic) => cueSentences(topic, cues)),
    ]),
  ];
}

/** A question within a promise would make a question of every sentence that repeats it, and a full stop would end it. */
function told(promise: string): string {
  return promise.replace(/[.?]\s+/g, ', ').replace(/[.?]$/, '');
}

/** `{long}`, `{short}` and `{limit}` in words. */
function withTimes(sentence: string, seconds: number): string {
  return sentence
    .replaceAll('{long}', durationWords(seconds * LONG))
    .replaceAll('{short}', durationWords(seconds * SHORT))
    .replaceAll('{limit}', durationWords(seconds));
}

const UNITS = [
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `6 minutes`: a whole number of the largest unit that gives two or more, at least one second. */
export function durationWords(seconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => seconds >= 2 * length) ?? ['second', 1];
  const count = Math.max(1, Math.round(seconds / size));
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** The first words of signed cues; optional words and gaps are left out. */
function cueSentences(topic: string, cues: CueSet): string[] {
  return cues.cues
    .filter((cue) => cue.topic === topic && cue.polarity !== 0 && !cue.promiseOnly)
    .flatMap((cue) => phraseOf(cue) ?? [])
    .slice(0, CUES_PER_TOPIC)
    .map((phrase) => `My experience: ${phrase}.`);
}

function phraseOf(cue: Cue): string | undefined {
  const words: string[] = [];
  for (const { element, isOptional } of cue.pattern) {
    if (isOptional || element.is === 'gap') continue;
    const [word] = choiceOf(element).words;
    if (word === undefined) return undefined;
    words.push(word);
  }
  return words.length < 2 ? undefined : words.join(' ');
}
