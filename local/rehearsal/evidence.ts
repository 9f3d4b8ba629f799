import { z } from 'zod';
import type { ClientJourney } from './client-journey';
import type { ControlRoomClient } from './control-room-client';

const Line = z.object({
  number: z.number(),
  title: z.string(),
  status: z.string(),
  attempts: z.number(),
  evidence: z.record(z.string(), z.unknown()),
});
const RunView = z.object({
  runId: z.string().nullable(),
  invoiceNumber: z.string(),
  status: z.string(),
  phoneNumber: z.string().nullable(),
  liveAt: z.string().nullable(),
  checklist: z
    .object({
      client: z.string(),
      date: z.string(),
      provisioner: z.string(),
      lines: z.array(Line),
      day1CheckInScheduledFor: z.string().nullable(),
      notes: z.array(z.string()),
      minutes: z.object({ total: z.number(), machine: z.number(), client: z.number(), operator: z.number() }),
    })
    .nullable(),
  states: z.array(z.object({ step: z.string(), status: z.string(), attempts: z.number(), machineMs: z.number() })),
});
export type RunView = z.infer<typeof RunView>;

/** What came of one client: complete if nothing is missing. */
export interface ClientResult {
  run: RunView;
  /** Sentences; empty if every step has its evidence. */
  missing: string[];
}

/** Looks for the evidence of every step where it would be: the checklist, Twilio's ledger, the mailbox, the lead's phone. */
export async function evidenceOf(journey: ClientJourney, room: ControlRoomClient): Promise<ClientResult> {
  const run = RunView.parse(await room.run(journey.invoiceId));
  const missing = [
    ...checklistGaps(run),
    ...(await numberGaps(run, room)),
    ...(await mailGaps(journey, room)),
    ...(await replyGaps(journey, room)),
  ];
  return { run, missing };
}

function checklistGaps({ status, checklist, liveAt }: RunView): string[] {
  if (!checklist) return ['the run has no checklist'];
  const open = checklist.lines
    .filter((line) => line.status !== 'done')
    .map((line) => `step ${line.number} (${line.title}) is ${line.status}`);
  const bare = checklist.lines
    .filter((line) => Object.keys(line.evidence).length === 0)
    .map((line) => `step ${line.number} has no evidence`);
  return [
    ...open,
    ...bare,
    ...(status === 'SUCCEEDED' ? [] : [`the execution is ${status}`]),
    ...(liveAt ? [] : ['the client is not live']),
    ...(checklist.day1CheckInScheduledFor ? [] : ['the day 1 check-in is not scheduled']),
  ];
}

async function numberGaps({ runId, phoneNumber }: RunView, room: ControlRoomClient): Promise<string[]> {
  const bought = (await room.numbers()).filter(({ tag }) => runId && tag.includes(runId));
  const [number] = bought;
  if (bought.length !== 1 || !number) return [`${bought.length} numbers were bought`];
  return [
    ...(number.e164 === phoneNumber ? [] : ['the number bought is not the one recorded']),
    ...(number.smsUrl.includes('/api/sms/webhook') ? [] : ['the number does not lead to the SMS function']),
  ];
}

/** A client who signs in and is texted by one lead gets these mails and no other. */
const expectedMails = {
  'set up': 'the confirmation',
  Live: 'the welcome mail',
  'New lead': 'the alert of the lead',
  going: 'the follow-up',
};

async function mailGaps({ client }: ClientJourney, room: ControlRoomClient): Promise<string[]> {
  const mails = await room.mailTo(client.email);
  const lacking = Object.entries(expectedMails).flatMap(([words, name]) => {
    const count = mails.filter(({ subject }) => subject.includes(words)).length;
    return count === 1 ? [] : [`${name} came ${count} times`];
  });
  const expected = Object.keys(expectedMails).length;
  return [...lacking, ...(mails.length === expected ? [] : [`${mails.length} mails came instead of ${expected}`])];
}

async function replyGaps({ client, number }: ClientJourney, room: ControlRoomClient): Promise<string[]> {
  const answers = (await room.phone(client.lead.phone)).filter(
    ({ direction, with: other }) => direction === 'received' && other === number,
  );
  return answers.length === 1 ? [] : [`the lead got ${answers.length} answers`];
}
