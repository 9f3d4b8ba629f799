import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SESClient, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-ses';
import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import { type Listening, serveApp } from '../../../local/kernel/serve';
import type { EmitEvent } from '../../../local/kernel/wiring';
import { type Ses, createSes } from '../../../local/ses/ses';
import { local } from '../aws/clients';

type Event = Parameters<EmitEvent>[1];
let folder: string;
let kernel: Kernel;
let ses: Ses;
let server: Listening;
let events: Event[];
const open = async () => {
  kernel = openKernel(folder);
  ses = createSes(kernel, {
    configurationSets: [
      { name: 'mails', eventTypes: ['SEND', 'DELIVERY', 'BOUNCE'] },
      { name: 'silent', eventTypes: ['BOUNCE'] },
    ],
    identities: ['coresentia.example'],
    emit: async (bus, event) => void (bus === 'default' && events.push(event)),
  });
  server = await serveApp({ fetch: (request, env) => ses.routes.fetch(request, env) }, { port: 0, activity: kernel.activity });
};
const close = async () => {
  await server.close();
  await kernel.close();
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ses-'));
  events = [];
  await open();
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

const mail: SendEmailCommandInput = {
  Source: 'CoreSentia <hello@coresentia.example>',
  Destination: { ToAddresses: ['Ann <ann@client.example>'] },
  ReplyToAddresses: ['help@coresentia.example'],
  Message: { Subject: { Data: "You're live 🚀" }, Body: { Html: { Data: '<p>Hi & welcome</p>' }, Text: { Data: 'Hi\nwelcome' } } },
  ConfigurationSetName: 'mails',
  Tags: [{ Name: 'claim', Value: 'a1-b2_c3' }],
};
const arm = (mode: 'rate-limit' | 'lose-response' | 'reject', code?: string) =>
  kernel.faults.arm({ vendor: 'ses', call: 'SendEmail', mode, times: 1, slowMs: 1, code });
const send = (given: Partial<SendEmailCommandInput> = {}) =>
  new SESClient(local(server.url)).send(new SendEmailCommand({ ...mail, ...given }));

test('keeps the mail in the mailbox and tells what became of it', async () => {
  const { MessageId } = await send();
  expect(ses.mailbox()).toMatchObject([
    {
      messageId: MessageId,
      from: mail.Source,
      to: ['Ann <ann@client.example>'],
      replyTo: ['help@coresentia.example'],
      subject: "You're live 🚀",
      html: '<p>Hi & welcome</p>',
      text: 'Hi\nwelcome',
      tags: { claim: 'a1-b2_c3' },
    },
  ]);
  await kernel.untilIdle();
  expect(events.map((event) => event['detail-type'])).toEqual(['Email Sent', 'Email Delivered']);
  expect(events[1]).toMatchObject({
    source: 'aws.ses',
    detail: {
      eventType: 'Delivery',
      mail: {
        messageId: MessageId,
        destination: ['ann@client.example'],
        tags: { claim: ['a1-b2_c3'], 'ses:configuration-set': ['mails'] },
      },
      delivery: { recipients: ['ann@client.example'] },
    },
  });
});

test.each(['ann@bounce.example', 'bounce-1@client.example'])('bounces %s', async (to) => {
  await send({ Destination: { ToAddresses: [to] } });
  await kernel.untilIdle();
  expect(events.map((event) => event['detail-type'])).toEqual(['Email Sent', 'Email Bounced']);
  expect(events[1]?.detail).toMatchObject({ bounce: { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: to }] } });
});

test('tells nothing that the configuration set does not ask for', async () => {
  await send({ ConfigurationSetName: 'silent' });
  await send({ ConfigurationSetName: undefined });
  await kernel.untilIdle();
  expect(events).toHaveLength(0);
});

test('loses events on demand', async () => {
  ses.loseEvents(1);
  await kernel.faults.arm({ vendor: 'ses', call: 'event', mode: 'refuse', times: 1, slowMs: 1 });
  await send();
  await send();
  await kernel.untilIdle();
  expect(events).toHaveLength(2);
});

test('still tells of a mail that was on its way when the stack was killed', async () => {
  await send();
  await kernel.activity.idle();
  await close();
  await open();
  ses.start();
  await kernel.untilIdle();
  expect(events.map((event) => event['detail-type'])).toEqual(['Email Sent', 'Email Delivered']);
  expect(ses.mailbox()).toHaveLength(1);
});

test.each([
  ['an unverified sender', { Source: 'a@elsewhere.example' }, 'MessageRejected'],
  ['an unknown configuration set', { ConfigurationSetName: 'gone' }, 'ConfigurationSetDoesNotExistException'],
  ['no recipient', { Destination: {} }, 'InvalidParameterValue'],
  ['an address without a domain', { Destination: { ToAddresses: ['ann'] } }, 'InvalidParameterValue'],
  ['a line break in an address', { Destination: { ToAddresses: ['ann@client.example\nBcc: x@y.example'] } }, 'InvalidParameterValue'],
  ['a non-ASCII local part', { Destination: { ToAddresses: ['änn@client.example'] } }, 'InvalidParameterValue'],
  ['a bad Reply-To', { ReplyToAddresses: ['help'] }, 'InvalidParameterValue'],
  ['a line break in the subject', { Message: { ...mail.Message, Subject: { Data: 'a\nb' } } }, 'InvalidParameterValue'],
  ['a tag with a space', { Tags: [{ Name: 'a', Value: 'b c' }] }, 'InvalidParameterValue'],
  [
    '51 recipients',
    { Destination: { ToAddresses: Array.from({ length: 51 }, (_, index) => `a${index}@client.example`) } },
    'InvalidParameterValue',
  ],
])('refuses %s', async (_, given, name) => {
  await expect(send(given as Partial<SendEmailCommandInput>)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  expect(ses.mailbox()).toHaveLength(0);
});

test('plays faults: throttled with 400, lost answer after acceptance, rejected by code', async () => {
  await arm('rate-limit');
  await expect(send()).rejects.toMatchObject({ name: 'Throttling', $metadata: { httpStatusCode: 400 } });
  await arm('lose-response');
  await expect(send()).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect(ses.mailbox()).toHaveLength(1);
  await arm('reject', 'AccountSendingPausedException');
  await expect(send()).rejects.toMatchObject({ name: 'AccountSendingPausedException' });
});
