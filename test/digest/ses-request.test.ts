import { describe, expect, it } from 'vitest';
import { composeDigest } from '../../src/digest/compose.ts';
import { renderDigest } from '../../src/digest/render.ts';
import { sendIdOf, sesRequest } from '../../src/digest/ses-request.ts';
import { everyKind } from './kinds.ts';
import { anInput, recoveredInput } from './northbell.ts';
import { settings } from './ses-settings.ts';

const ana = { email: 'ana@northbell.example' };

function request(input = anInput(), change: Partial<typeof settings> = {}) {
  const model = composeDigest(input);
  return sesRequest(renderDigest(model, input.mentions), model, ana, { ...settings, ...change });
}

const header = (sent: ReturnType<typeof request>, name: string) =>
  sent.Content?.Simple?.Headers?.find(({ Name }) => Name === name)?.Value;

describe('the request for an opened mail', () => {
  const sent = request();

  it('goes to one person, from the brand, with replies to the team', () => {
    expect(sent).toMatchObject({
      FromEmailAddress: '"Northbell promise watch" <digest@mail.northbell.example>',
      Destination: { ToAddresses: ['ana@northbell.example'] },
      ReplyToAddresses: ['care@northbell.example'],
      ConfigurationSetName: 'promisewatch-mail',
    });
    expect(sent.ListManagementOptions).toBeUndefined();
  });

  it('carries both parts and the file', () => {
    const simple = sent.Content?.Simple;
    expect(simple?.Body?.Html?.Data).toContain('<!DOCTYPE html>');
    expect(simple?.Body?.Text?.Data).toContain('IN THEIR WORDS');
    const [file] = simple?.Attachments ?? [];
    expect(file).toMatchObject({
      FileName: 'NB-0142-2026-11-20.csv',
      ContentDisposition: 'ATTACHMENT',
    });
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(file?.RawContent);
    expect(text.startsWith('\ufeff"published"')).toBe(true);
    expect(text.trimEnd().split('\r\n')).toHaveLength(32);
  });

  it('starts a thread and asks machines not to answer', () => {
    expect(sent.Content?.Simple?.Subject?.Data).toBe(
      'Northbell: “We answer within 60 seconds” alert NB-0142',
    );
    expect(header(sent, 'References')).toBe(
      '<NB-0142.2026-11-20.northbell@mail.northbell.example>',
    );
    expect(header(sent, 'In-Reply-To')).toBeUndefined();
    expect(header(sent, 'Auto-Submitted')).toBe('auto-generated');
    expect(header(sent, 'X-Auto-Response-Suppress')).toBe('All');
  });

  it('can be told apart by its tag', () => {
    const tag = sent.EmailTags?.find(({ Name }) => Name === 'send')?.Value ?? '';
    expect(tag).toMatch(/^[A-Za-z0-9_-]{1,256}$/);
    expect(sendIdOf(tag)).toBe(settings.sendId);
  });
});

describe('a follow-up', () => {
  it('has the same subject with "Re: " and refers to the first mail', () => {
    const input = recoveredInput();
    const first = anInput({ incident: input.incident });
    const reply = request(input, { firstMessageId: '0102abc-000000' });
    expect(reply.Content?.Simple?.Subject?.Data).toBe(
      `Re: ${request(first).Content?.Simple?.Subject?.Data}`,
    );
    expect(header(reply, 'References')).toBe(
      `${header(request(first), 'References')} <0102abc-000000@eu-west-1.amazonses.com>`,
    );
    expect(header(reply, 'In-Reply-To')).toBe('<0102abc-000000@eu-west-1.amazonses.com>');
  });

  it('replies to the thread itself where nobody knows the first mail', () => {
    const reply = request(recoveredInput());
    expect(header(reply, 'In-Reply-To')).toBe(header(reply, 'References'));
  });

  it('knows that Virginia names its message ids differently', () => {
    const reply = request(recoveredInput(), { firstMessageId: '0100', region: 'us-east-1' });
    expect(header(reply, 'In-Reply-To')).toBe('<0100@email.amazonses.com>');
  });
});

it('leaves kinds without an incident without a thread', () => {
  const sent = request(everyKind['weekly-pulse']?.() ?? anInput());
  expect(header(sent, 'References')).toBeUndefined();
  expect(sent.Content?.Simple?.Attachments).toEqual([]);
  expect(sent.Content?.Simple?.Subject?.Data).toBe('Northbell: weekly pulse');
});

it('asks SES to manage the subscription where the stack has a contact list', () => {
  const sent = request(anInput(), {
    subscription: { contactList: 'people', topic: 'northbell-alerts' },
  });
  expect(sent.ListManagementOptions).toEqual({
    ContactListName: 'people',
    TopicName: 'northbell-alerts',
  });
});

it('encodes a display name that is not ASCII in words of at most 75 characters', () => {
  const name = 'Nördlicher Glöckner – Versprechen, die wir täglich im Auge behalten';
  const sent = request(anInput(), { fromName: name });
  const words = (sent.FromEmailAddress ?? '').split(' ').slice(0, -1);
  expect(words.length).toBeGreaterThan(1);
  for (const word of words) expect(word).toMatch(/^=\?UTF-8\?B\?[A-Za-z0-9+/=]+\?=$/);
  for (const word of words) expect(word.length).toBeLessThanOrEqual(75);
  const decoded = words.map((word) => Buffer.from(word.slice(10, -2), 'base64').toString());
  expect(decoded.join('')).toBe(name);
});

it('cleans a display name before it encodes it: nobody who decodes it finds a line break', () => {
  const sent = request(anInput(), { fromName: 'Northbell\r\nBcc: thief@evil.example\u202e' });
  expect(sent.FromEmailAddress).toBe(
    '"Northbell Bcc: thief@evil.example" <digest@mail.northbell.example>',
  );
  const foreign = request(anInput(), { fromName: 'Nördlich\r\nBcc: thief@evil.example' });
  const [word = ''] = (foreign.FromEmailAddress ?? '').split(' ');
  expect(Buffer.from(word.slice(10, -2), 'base64').toString()).toBe(
    'Nördlich Bcc: thief@evil.example',
  );
});
