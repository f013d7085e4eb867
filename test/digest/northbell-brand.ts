import { Brand } from '../../src/brands/brand.ts';

/** A call centre in its bad week: complaints about waiting, 18–20 November 2026. */
export const northbell = Brand.parse({
  id: 'northbell',
  name: 'Northbell',
  code: 'NB',
  timeZone: 'Europe/London',
  promises: [
    {
      id: 'answer-60s',
      text: 'We answer within 60 seconds',
      headline: true,
      owner: 'Contact-centre operations',
      playbook: {
        url: 'https://wiki.northbell.example/playbooks/answer-times',
        checks: [
          'Did answer times, staffing or the phone menu change on the first day?',
          'Which public reviews have no reply yet? They are in the attached file.',
        ],
      },
    },
    { id: 'first-contact', text: 'Solved at the first contact', owner: 'Service desk' },
    { id: 'callback', text: 'A callback within two hours' },
    { id: 'no-script', text: 'A named person, never a script' },
  ],
  sources: [
    { id: 'reviews', name: 'Opinionwell', url: 'https://reviews.example/feed', kind: 'review' },
    { id: 'forum', name: 'Talkyard', url: 'https://forum.example/feed', kind: 'forum' },
    { id: 'stars', name: 'Starboard', url: 'https://stars.example/feed', kind: 'review' },
  ],
});

export const DAY = '2026-11-20';
