/** What the control room's page shows, gathered in one go. */
import type { Fault } from '../kernel/faults';
import type { Laptop } from '../laptop';
import { boughtNumbers, type PhoneText, recentTexts } from './phones';
import { type ExecutionView, findRun, listRuns, type RunView } from './runs';

export interface Scene {
  /** The laptop's time in Sydney, where CoreSentia is. */
  now: string;
  aheadDays: number;
  links: { label: string; url: string }[];
  numbers: { e164: string; label: string }[];
  runs: ExecutionView[];
  run: RunView | undefined;
  mails: { to: string; subject: string; at: string; parts: { text: string; url: string | undefined }[] }[];
  texts: PhoneText[];
  notices: { subject: string; body: string }[];
  faults: Fault[];
}

/** `runId` is the selected run; without one the newest is shown. */
export async function gatherScene(laptop: Laptop, runId: string | undefined): Promise<Scene> {
  const runs = await listRuns(laptop);
  const selected = runId ?? runs[0]?.id;
  return {
    now: sydneyTime(new Date()),
    aheadDays: Math.round(Number(Atomics.load(laptop.kernel.offset, 0)) / 86_400_000),
    links: [
      { label: 'Onboarding form without an invite', url: `${laptop.endpoints.portal}/onboarding` },
      { label: 'Sign in to a dashboard', url: `${laptop.endpoints.portal}/sign-in` },
      { label: 'JSON: runs', url: '/api/runs' },
      { label: 'JSON: mailbox', url: '/api/mailbox' },
    ],
    numbers: boughtNumbers(laptop).map(({ e164, tag }) => ({ e164, label: `${e164} ${tag}` })),
    runs,
    run: selected === undefined ? undefined : await findRun(laptop, selected),
    mails: laptop.aws
      .mailbox()
      .slice(-30)
      .toReversed()
      .map(({ to, subject, at, text }) => ({ to: to.join(', '), subject, at: sydneyTime(new Date(at)), parts: linkify(text ?? '') })),
    texts: recentTexts(laptop).map((text) => ({ ...text, at: sydneyTime(new Date(text.at)) })),
    notices: laptop.aws
      .topicMessages()
      .slice(-20)
      .toReversed()
      .map(({ subject = '', message }) => ({ subject, body: message })),
    faults: laptop.kernel.faults.all(),
  };
}

const sydney = new Intl.DateTimeFormat('en-AU', { timeZone: 'Australia/Sydney', dateStyle: 'medium', timeStyle: 'short' });
const sydneyTime = (at: Date) => sydney.format(at);

/** A mail's text with its links apart, so that they can be clicked. */
function linkify(text: string): { text: string; url: string | undefined }[] {
  return text.split(/(https?:\/\/\S+)/).map((part) => ({ text: part, url: part.startsWith('http') ? part : undefined }));
}
