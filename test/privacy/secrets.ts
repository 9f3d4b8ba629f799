/** Every name, number, address, e-mail, link, token and key that a walk through everything has used. */
import type { SampleClient } from '../../local/rehearsal/sample-clients';
import type { World } from '../faults/world';
import type { Kept, Secret } from './scan';

/** What people typed, wrote and were sent, and what we sign with. */
export function secretsOf(world: World, people: readonly SampleClient[]): Secret[] {
  return unique([...peoples(people), ...mailed(world), ...texted(world), ...keys(world)]);
}

function peoples(people: readonly SampleClient[]): Secret[] {
  return people.flatMap(({ contactName, email, phone, form, lead }) => {
    const { businessName = '', lastName = '', mobile = '', services = '', goals = '', currentBookingProcess = '' } = form;
    return [
      { what: 'a name', value: contactName },
      { what: 'a last name', value: lastName },
      { what: 'an e-mail address', value: email },
      { what: 'a phone number', value: phone },
      { what: 'a phone number', value: mobile },
      { what: 'a business', value: businessName },
      { what: 'what a client wrote', value: services },
      { what: 'what a client wrote', value: goals },
      { what: 'what a client wrote', value: currentBookingProcess },
      { what: 'a lead’s number', value: lead.phone },
    ];
  });
}

function mailed({ ses }: World): Secret[] {
  return ses.mailbox().flatMap(({ to, text = '' }) => {
    const tokens = text.match(/(?<=\/(?:onboarding|welcome|invitation|email-change)\/)[\w-]{20,}/g) ?? [];
    return [
      ...to.map((value) => ({ what: 'an e-mail address', value })),
      ...tokens.map((value) => ({ what: 'the token of a link', value })),
    ];
  });
}

function texted({ twilio, model }: World): Secret[] {
  const own = new Set(model.functions.flatMap(({ environment }) => Object.values(environment)));
  return twilio
    .messages()
    .flatMap(({ from, to, body }) => [
      ...[from, to].filter((number) => !own.has(number) && !number.startsWith('+1999')).map((value) => ({ what: 'a phone number', value })),
      ...(body && body !== 'of another time' ? [{ what: 'what somebody texted', value: body }] : []),
    ]);
}

function keys({ keys: { xero, webhookKey, twilio }, supabase }: World): Secret[] {
  return [xero.clientSecret, webhookKey, twilio.authToken, supabase.secretKey].map((value) => ({ what: 'a key', value }));
}

const unique = (secrets: Secret[]) => [...new Map(secrets.filter(({ value }) => value.length > 3).map((one) => [one.value, one])).values()];

/** What AWS keeps of executions; Step Functions writes its own task tokens into them, which are left out. */
export function histories({ stepFunctions }: World): Kept[] {
  return stepFunctions
    .executions()
    .flatMap(({ arn, input, name }) => [
      { where: 'the input of an execution', text: `${name} ${input}` },
      ...stepFunctions
        .history(arn)
        .map((event) => ({ where: `execution history: ${event.type}`, text: withoutTaskTokens(JSON.stringify(event)) })),
    ]);
}

/** Alerts as the operator's mailbox and the topic get them. */
export function alerts({ topics }: World): Kept[] {
  return topics.messages().flatMap(({ subject = '', message }) => [
    { where: 'the subject of an alert', text: subject },
    { where: 'the body of an alert', text: message },
  ]);
}

export const withoutTaskTokens = (text: string) => text.replace(/(taskToken\\*"\s*:\s*\\*")[^"\\]+/g, '$1–');
