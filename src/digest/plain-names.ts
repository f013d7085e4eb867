import type { Dimension } from '../brands/brand.ts';
import type { SIGNALS } from '../classification/signals.ts';

const DIMENSION_NAMES: Readonly<Record<Dimension, string>> = {
  responsiveness: 'Waiting and being reached',
  resolution: 'Getting it solved',
  empathy: 'How people are treated',
  ease: 'Effort it takes',
  personalisation: 'Being known as a customer',
  consistency: 'One answer on every channel',
  quality: 'Quality and reliability',
  price: 'Prices and bills',
  digital: 'App and website',
  trust: 'Trust and honesty',
  advocacy: 'Recommending or warning',
  churn: 'Leaving',
  'employee-voice': 'What employees say',
};

const SIGNAL_NAMES: Readonly<Record<(typeof SIGNALS)[number], string>> &
  Readonly<Record<string, string>> = {
  'repeat-contact': 'Had to come back',
  'closed-unsolved': 'Closed but not solved',
  'churn-intent': 'Says they will leave',
  advocacy: 'Recommends or warns',
  'deception-claim': 'Feels deceived',
  'asked-twice': 'Asked the same twice',
  'policy-by-design': 'Blames a rule',
  person: 'Blames an employee',
  product: 'Blames a product',
  'new-person': 'A new person each time',
  'staff-praise': 'Praises an employee',
  'touchpoint-phone': 'By phone',
  'touchpoint-chat': 'In a chat',
  'touchpoint-email': 'By e-mail',
  'touchpoint-app': 'In the app',
  'touchpoint-shop': 'In a shop',
  'touchpoint-delivery': 'At a delivery',
  'stage-joining': 'When joining',
  'stage-paying': 'When paying',
  'stage-support': 'When seeking help',
  'stage-leaving': 'When leaving',
};

/** A part of the customer's experience as a reader outside the trade would call it. */
export function dimensionName(dimension: Dimension): string {
  return DIMENSION_NAMES[dimension];
}

/** A signal in plain words; one that an older classifier left, by its id read as words. */
export function signalName(signal: string): string {
  const words = signal.replaceAll('-', ' ');
  return SIGNAL_NAMES[signal] ?? words.charAt(0).toUpperCase() + words.slice(1);
}
