/** SES v1 over the Query protocol, and of v2 what tells how it is set up: validates as SES does, keeps what it accepts in a mailbox, and tells the default bus what became of it. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { AwsError } from '../aws/json-protocol';
import { answerQueryError, queryAnswer, queryFaults, readAction } from '../aws/query-protocol';
import type { AwsEnv } from '../aws/routes';
import { Collection } from '../kernel/collection';
import { playFaults } from '../kernel/faults';
import type { Kernel } from '../kernel/kernel';
import type { EmitEvent } from '../kernel/wiring';
import type { ConfigurationSetModel } from '../template/model';
import { type MailEventType, mailEvent } from './events';
import { type Draft, Mail, bareAddress, readDraft } from './mail';
import { addSetup } from './setup';

export interface SesOptions {
  configurationSets: ConfigurationSetModel[];
  /** Addresses and domains that may send. */
  identities: string[];
  emit: EmitEvent;
}

const service = { namespace: 'http://ses.amazonaws.com/doc/2010-12-01/' };
const TRANSIT_MS = 1000; // from acceptance to the receiving server's word

/** The SES endpoint with its mailbox. Mails to `bounce…@` or to the domain `bounce.example` bounce. */
export function createSes(kernel: Kernel, { configurationSets, identities, emit }: SesOptions) {
  const mails = new Collection(kernel.store, 'ses_mails', Mail);
  const left = mails.all().filter(({ inTransit }) => inTransit);
  let eventsToLose = 0;

  async function accept(draft: Draft): Promise<Mail> {
    checkSender(draft.from, identities);
    if (draft.configurationSet !== undefined && !configurationSets.some(({ name }) => name === draft.configurationSet))
      throw new AwsError('ConfigurationSetDoesNotExist', `Configuration set <${draft.configurationSet}> does not exist.`);
    const messageId = `0108${randomBytes(6).toString('hex')}-${randomUUID()}-000000`;
    const mail: Mail = { ...draft, messageId, at: new Date().toISOString(), inTransit: true, bounced: draft.to.some(bounces) };
    await mails.put(messageId, mail);
    void kernel.activity.during(() => tell(mail, 'SEND'));
    travel(mail);
    return mail;
  }

  function travel(mail: Mail): void {
    const arrive = async () => {
      await tell(mail, mail.bounced ? 'BOUNCE' : 'DELIVERY');
      mail.inTransit = false;
      await mails.put(mail.messageId, mail);
    };
    kernel.timers.at(Date.parse(mail.at) + TRANSIT_MS, 'work', () => void kernel.activity.during(arrive));
  }

  /** SES tells only what the configuration set asks for, and not for sure. */
  async function tell(mail: Mail, type: MailEventType): Promise<void> {
    const wanted = configurationSets.find(({ name }) => name === mail.configurationSet)?.eventTypes.includes(type) ?? false;
    if (!wanted || lost()) return;
    await emit('default', mailEvent(mail, type));
  }

  function lost(): boolean {
    if (kernel.faults.all().some(({ vendor, call }) => vendor === 'ses' && call === 'event'))
      return kernel.faults.take('ses', 'event') !== undefined;
    if (eventsToLose === 0) return false;
    eventsToLose -= 1;
    return true;
  }

  const routes = new Hono<AwsEnv>();
  routes.onError(answerQueryError(service));
  routes.use(readAction, playFaults(kernel.faults, queryFaults('ses', service)));
  routes.post('/', async (context) => {
    if (context.get('action') !== 'SendEmail') throw new AwsError('InvalidAction', `${context.get('action')} is not answered here`);
    const { messageId } = await accept(readDraft(context.get('form')));
    return queryAnswer(context, service, { action: 'SendEmail', result: { MessageId: messageId } });
  });
  addSetup(routes, { configurationSets, identities });
  return {
    /** Every accepted mail, oldest first. */
    mailbox: () => mails.all(),
    /** The next `count` events never reach the bus; the fault `ses` `event` does the same. */
    loseEvents: (count: number) => {
      eventsToLose = count;
    },
    /** Goes on with the mails that a former process accepted. */
    start() {
      for (const mail of left.splice(0)) travel(mail);
    },
    routes,
  };
}

export type Ses = ReturnType<typeof createSes>;

function checkSender(from: string, identities: string[]): void {
  const address = bareAddress(from).toLowerCase();
  const domain = address.split('@')[1] ?? '';
  const verified = identities.some(
    (identity) => identity.toLowerCase() === address || domain === identity.toLowerCase() || domain.endsWith(`.${identity.toLowerCase()}`),
  );
  if (!verified)
    throw new AwsError(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region AP-SOUTHEAST-2: ${bareAddress(from)}`,
    );
}

const bounces = (address: string) => /^bounce|@bounce\.example$/i.test(bareAddress(address));
