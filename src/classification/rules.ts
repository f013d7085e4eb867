/** What a rule does when one of its phrases is found. */
export type RuleEffect =
  /** Adds to the log-odds of negative (and takes as much from positive). */
  | { readonly does: 'worsen'; readonly by: number }
  | { readonly does: 'improve'; readonly by: number }
  /** What follows in the clause did not happen: it decides nothing. */
  | { readonly does: 'suppose' }
  /** What follows repeats the words of the brand. */
  | { readonly does: 'claim' }
  /** What follows is about somebody else. */
  | { readonly does: 'compare' };

/** One row of the rule table. Its examples are its tests. */
export interface Rule {
  readonly id: string;
  readonly effect: RuleEffect;
  /** Phrases in the language of the cue files. */
  readonly phrases: string;
  /** Found here … */
  readonly example: string;
  /** … and not here, or turned by a negation. */
  readonly counterExample: string;
}

const worsen = (by: number): RuleEffect => ({ does: 'worsen', by });
const improve = (by: number): RuleEffect => ({ does: 'improve', by });

/**
 * Service failures that hold no negative word, and words that say that something did not happen.
 * The additions are in log-odds and stand in the explanation of a classification.
 */
export const RULES: readonly Rule[] = [
  {
    id: 'on-hold',
    effect: worsen(1.6),
    phrases:
      'on hold ; hold music ; in ?a|the|your phone queue ; been|still|left|kept holding ; hold for <duration> ; holding for ; <duration> hold',
    example: 'on hold 40 minutes, nobody picked up',
    counterExample: 'I was never on hold',
  },
  {
    id: 'still-waiting',
    effect: worsen(1.5),
    phrases:
      'still waiting ; still havent|hasnt|not|no|nothing|isnt ; been waiting ; waiting since ; waited all ; keep|kept|keeps ?me|us|you waiting ; yet to receive|hear|arrive|be',
    example: 'Ordered on the 2nd, still waiting',
    counterExample: 'No waiting, straight to the desk',
  },
  {
    id: 'no-response',
    effect: worsen(1.5),
    phrases:
      'no response|reply|answer|callback ; no one|nobody|noone answers|answered|replied|replies|responds|responded|picks|picked|called|calls|came|cares ; never replied|responded|called|heard|answered|rang|returned|received|got|came|showed ; didnt|doesnt|dont|wont|not|hasnt|havent|havnt reply|respond|replied|responded|heard|called|answer|answered|call ; ignored my|me|us|our ; ignoring me|us|my|our|your',
    example: 'Three mails, no reply',
    counterExample: 'They reply within the hour',
  },
  {
    id: 'never-arrived',
    effect: worsen(1.6),
    phrases:
      'never arrived|came|delivered|received|turned|showed|shipped ; didnt|hasnt|havent|not|wasnt|hadnt ?been|even|yet arrived|arrive|delivered|received|shipped|dispatched|turned|come ; where is|are my|our|the ; wheres my|our|the ; went|gone missing ; lost ?my|our luggage|bag|bags|baggage|parcel|package|order',
    example: 'The parcel never arrived',
    counterExample: 'The parcel arrived on Tuesday',
  },
  {
    id: 'late',
    effect: worsen(1.2),
    phrases:
      '<duration> late|delay ; late ..2 <duration> ; delayed ; delays ; delay ; cancelled|canceled ?my|our|the flight|flights|order|train|appointment|booking|trip ; flight|flights|train ..2 cancelled|canceled|late ; missed ?my|our|the connection|connecting|flight|appointment|slot ; no show ; rebooked ; stranded ; stuck ?here|on|at|in ?at|in|on|here ?the airport|tarmac|plane|runway|gate|line|queue ; sitting on ?the|a tarmac|runway|plane',
    example: 'My flight is 3 hours late',
    counterExample: 'The flight landed on time',
  },
  {
    id: 'charged-twice',
    effect: worsen(1.6),
    phrases:
      'charged ?me|us|my ?card|account twice|double|again|wrong|for ; double charged|billed|charge ; billed ?me|us twice|again ; overcharged ; took|taken ?the ?money|payment twice|out ; still charging|charged|billing|charges',
    example: 'You charged my card twice',
    counterExample: 'The bill is what was quoted',
  },
  {
    id: 'nth-time',
    effect: worsen(1.2),
    phrases:
      'second|third|fourth|fifth|sixth|2nd|3rd|4th|5th|6th|7th|8th|10th time ?this|that|in|i|ive|we|weve|now|calling ?week|month|have|had|call ; third|fourth|fifth|3rd|4th|5th|6th call|email|engineer|ticket|attempt|message|visit ; again and again ; over and over ; yet again ; same problem|issue|fault again|still ; called|rang|phoned|emailed|tried|contacted|asked|messaged ..2 <times>',
    example: 'Third time I called about the same fault',
    counterExample: 'I called once',
  },
  {
    id: 'long-wait',
    effect: worsen(1.3),
    phrases:
      'waited ?for|over|about|nearly|almost|more|at ?than|least <duration> ; waiting ?for|over|about|nearly|almost|more|at ?than|least <duration> ; wait ?of|time|for ?is|of ?over|about <duration> ; <duration> wait|later|waiting ; <duration> and ?still|counting ?no|nothing|nobody|not|counting|waiting ; took|takes|taken|taking ?over|about|them|you|me|more|almost|nearly|at ?than|least <duration> ; for over|more <duration> ; long wait|queue|line',
    example: 'Waited 3 weeks for a part',
    counterExample: 'sorted in two minutes',
  },
  {
    id: 'cannot-use',
    effect: worsen(1.3),
    phrases:
      'cant|cannot|couldnt|unable|wont|doesnt ?even|to|let ?me|to log|login|sign|connect|access|open|load|book|check|pay|use|get|find|reach|speak|change|work|update|install|print|download ; not working|loading|connecting|opening ; doesnt|didnt|does|wont|dont|isnt|wasnt ?not|even work|working|load|open|help ; is|are|was|been|still|went down ?again|for|all|since again|for|all|since|today|now ; keeps|kept crashing|freezing|dropping|buffering|saying|telling|cutting|logging|failing|disconnecting|giving ; stopped working ; broke after|again|within|on ; locked out ; error message|code|when',
    example: 'Cannot log in since the update',
    counterExample: 'Logging in works again, thanks',
  },
  {
    id: 'hung-up',
    effect: worsen(1.5),
    phrases:
      'hung up ; hangs up ; cut ?me|us off ; disconnected ?me|us|after|while after|while|me|us ; transferred ?me|us <times>|again|to ; passed around ; pillar to post ; put|left me|us on ; sent to voicemail',
    example: 'They hung up on me',
    counterExample: 'She stayed on the line',
  },
  {
    id: 'told-otherwise',
    effect: worsen(0.9),
    phrases:
      'was|were|been|am told ..4 but ; said ?they|he|she|you|it|someone|somebody would|will ..5 but|never|nothing|didnt|havent|hasnt|not ; promised ..5 but|never|nothing|didnt|hasnt|havent|not ; supposed to be|have|arrive|come|get|receive|call ; should have been|arrived|come|had|received ; closed ?my|the|our ticket|case|complaint|claim ; had to call|ring|phone|chase|go|wait|pay|buy|ask|repeat|explain|do|send',
    example: 'They said someone would call but nothing',
    counterExample: 'They said it would take a day, and it did',
  },
  {
    id: 'refund-wanted',
    effect: worsen(1.1),
    phrases:
      'want|need|give|demand|get ?me|us my|our|a ?full money|refund ?back ; where is my refund ; no|without|refuse|refused|refusing|waiting ..3 refund ; still ..3 refund ; refund me ; last time ?i|we|ill|im|using|with i|we|ill|flying|using|shopping|ordering ; never ?ever|be ?again flying|using|shopping|buying|fly|use|shop|buy|book|again',
    example: 'I want my money back',
    counterExample: 'Thanks for the refund',
  },
  {
    id: 'asks-why',
    effect: worsen(0.8),
    phrases:
      'why is|are|do|does|did|am|has|have|cant|wont|isnt|dont|should|would|was|were ; how long|many|much ?more|longer do|does|is|must|will|to|until|before ; how hard is|can ; what is the point ; whats the point ; anyone there ; hello anyone ; really ?hello ; come on ; are you serious|kidding|joking',
    example: 'Why is nobody at the desk?',
    counterExample: 'What time do you open?',
  },
  {
    id: 'prompt',
    effect: improve(1.1),
    phrases:
      'sorted|fixed|solved|resolved|answered|replied|refunded|delivered|done|served ?it|me|us|my|out|within|in|the|everything|all ?in|within|call|question|out|problem|issue ?under|about|less|no ?than <duration>|time|minutes|seconds ; answered|replied|responded|picked|called ?up|me|to ?back|me straight|right|immediately|instantly|quickly|promptly ; picked up ; within minutes|seconds|an|a|the ?hour|day|few minutes|hour|day|seconds|few ; there and then ; on the spot ; in no time ; first time ; same day ; straight away ; called back|me|us back|within|when',
    example: 'sorted in two minutes',
    counterExample: 'on hold 40 minutes, nobody picked up',
  },
  {
    id: 'better-than-promised',
    effect: improve(1.6),
    phrases:
      'earlier|sooner|quicker|faster|better than ?was|they|i|we|had ?had promised|expected|advertised|planned|scheduled|stated|said|quoted ; <duration> early|earlier ; day|days|hour|hours early|earlier ; ahead of schedule|time ; above and beyond ; extra mile ; exceeded ?my|our|all ?my expectations',
    example: 'arrived a day earlier than promised',
    counterExample: 'arrived a day later than promised',
  },
  {
    id: 'thanks-for-help',
    effect: improve(0.9),
    phrases:
      'thanks|thank|thankyou|thx|ty|cheers ?you|so|to|a ?so|very|much|lot|million ?much for|to ; thanks|thank ?you ..4 help|helping|reply|response|sorting|quick|prompt|great|service|support ; appreciate ?the|your|it ?help|quick|prompt ; shout out ; kudos ; well done ; great job ; good job ; hats off',
    example: 'Thanks for sorting that so fast',
    counterExample: 'No thanks to you',
  },
  {
    id: 'hypothetical',
    effect: { does: 'suppose' },
    phrases:
      'if ; unless ; whether ; hope ; hopefully ; hoping ; wish ; imagine ; in case ; suppose ; would be|like|love|have|prefer ; wondering ; might ; may be|need ; maybe ; perhaps ; thinking of|about ; considering ; planning to ; about to try ; looking forward to',
    example: 'If they keep me on hold I will leave',
    counterExample: 'They kept me on hold',
  },
  {
    id: 'advert',
    effect: { does: 'claim' },
    phrases:
      'claim ; claims ; claimed ; claiming ; advertise ; advertised ; advertises ; advertising ; advert ; adverts ; ad says|said ; ads say|promise ; slogan ; motto ; boast ; boasts ; boasting ; brag* ; supposed ; supposedly ; so called ; so-called ; website|site|brochure|poster|sign|leaflet|banner|email|homepage|listing says|said|promises|promised|states|claims ; promise|promises|promised|promising ; guarantee|guarantees|guaranteed ; they say|said ; you say ; according to ; announced ; will extend|introduce|launch|offer ; says it will|plans ; pledge*',
    example: 'They advertise no hidden fees',
    counterExample: 'There were no hidden fees',
  },
  {
    id: 'other-brand',
    effect: { does: 'compare' },
    phrases:
      'unlike ; my|our old|last|previous|former|ex|current|other|usual {nine} ; previous|former|old {nine} ; other companies|banks|hotels|providers|airlines|shops|suppliers|apps|stores|couriers|networks|firms|places|brands ; most companies|banks|hotels|providers|airlines|shops|suppliers|apps|couriers ; another company|bank|hotel|provider|airline|supplier|courier ; competitor* ; compared to|with ; elsewhere ; everyone else ; a rival ; rivals',
    example: 'My old bank charged hidden fees',
    counterExample: 'My bank charged hidden fees',
  },
];

/** The rules as a cue file, so that one pass over a text finds rules and cues together. */
export function ruleCues(): string {
  return RULES.map((rule) => `signal rule-${rule.id}\n${signOf(rule)} ${rule.phrases}`).join('\n');
}

/** Service failures and praise are turned by a negation, moods are not. */
function signOf({ effect }: Rule): string {
  if (effect.does === 'worsen') return '-';
  return effect.does === 'improve' ? '+' : '=';
}

const BY_TOPIC: ReadonlyMap<string, Rule> = new Map(
  RULES.map((rule) => [`signal-rule-${rule.id}`, rule]),
);

/** The rule whose phrases make up a topic of the cue set, if it is one. */
export function ruleOfTopic(topic: string): Rule | undefined {
  return BY_TOPIC.get(topic);
}
