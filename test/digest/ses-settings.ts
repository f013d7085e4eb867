import type { MailSettings } from '../../src/digest/ses-request.ts';

export const settings: MailSettings = {
  from: 'digest@mail.northbell.example',
  fromName: 'Northbell promise watch',
  replyTo: 'care@northbell.example',
  configurationSet: 'promisewatch-mail',
  region: 'eu-west-1',
  sendId: 'northbell/NB-0142#opened#1/0123456789abcdef',
  firstMessageId: null,
  subscription: null,
};
