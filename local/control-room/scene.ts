/** What the control room's page shows, gathered in one go. */
import type { Fault } from '../kernel/faults';
import { type Hint, hintFor } from '../../shared/runbook-hints';
import { unsettledMails, type UndecidedInvoice, undecidedInvoices, type UnsettledMailView } from './desk';
import { knownCalls } from './known-calls';
import { mailbox, type MailView, newestLink } from './mailbox';
import { boughtNumbers, handset, handsets, type HandsetText } from './phones';
import type { Query } from './query';
import { Refusal } from './refusal';
import type { Room } from './room';
import { type ExecutionView, findRun, listRuns, type RunView } from './runs';
import { mailsOf, nextSample } from './sample-answers';
import type { SampleClient } from '../rehearsal/sample-clients';

const PAGE_SIZE = 50;
const MINUTE_MS = 60_000;

/** One page of a list, counted from 1. */
export interface Paged<T> {
  rows: T[];
  page: number;
  pages: number;
  total: number;
}

/** The client that is looked at. Without `run`, nothing of that name has been started (yet). Links are what the client's newest mails lead to. */
export interface SelectedClient {
  id: string;
  run: RunView | undefined;
  newestMail: MailView | undefined;
  formLink: string | undefined;
  welcomeLink: string | undefined;
  dashboardLink: string | undefined;
  unsettled: UnsettledMailView[];
  /** What the operator's runbook says of the failure. */
  hint: Hint | undefined;
}

export interface Scene {
  query: Query;
  now: Date;
  /** Of the laptop's clock before the real one, in whole days. */
  aheadDays: number;
  clockMoves: number;
  counts: Record<'all' | 'running' | 'stuck' | 'done', number>;
  clients: Paged<ExecutionView>;
  client: SelectedClient | undefined;
  undecided: UndecidedInvoice[];
  mails: Paged<MailView>;
  mail: MailView | undefined;
  phone: { number: string; texts: HandsetText[]; handsets: string[]; numbers: { e164: string; label: string }[]; to: string };
  notices: { at: string; subject: string; body: string }[];
  faults: Fault[];
  knownCalls: ReturnType<typeof knownCalls>;
  sample: SampleClient;
  portal: string;
}

export async function gatherScene(room: Room, query: Query): Promise<Scene> {
  const { laptop } = room;
  const runs = await listRuns(room, await room.recentRuns());
  const selected = query.run || runs[0]?.id;
  const [client, undecided] = await Promise.all([
    selected === undefined ? undefined : clientOf(room, selected, runs),
    undecidedInvoices(room),
  ]);
  const mails = query.mails === 'client' && client?.run ? await mailsOf(room, client.run) : mailbox(laptop);
  const shown = runs.filter((run) => !query.show || groupOf(run) === query.show);
  return {
    query,
    now: new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS), // as it is shown: the page changes once a minute, not always
    aheadDays: Math.floor(Number(Atomics.load(laptop.kernel.offset, 0)) / 86_400_000),
    clockMoves: room.clock.open,
    counts: countsOf(runs),
    clients: paged(shown, query.page),
    client,
    undecided,
    mails: paged(mails, query.mailPage),
    mail: mails.find(({ id }) => id === query.mail) ?? client?.newestMail ?? mails[0],
    phone: phoneOf(room, { runs, number: query.phone, client: client?.run }),
    notices: noticesOf(room),
    faults: laptop.kernel.faults.all(),
    knownCalls: knownCalls(),
    sample: nextSample(laptop),
    portal: laptop.endpoints.portal,
  };
}

/** Which filter of the list shows an execution. */
export function groupOf({ status }: Pick<ExecutionView, 'status'>): 'running' | 'stuck' | 'done' {
  if (status === 'RUNNING') return 'running';
  return status === 'SUCCEEDED' ? 'done' : 'stuck';
}

function countsOf(runs: ExecutionView[]): Scene['counts'] {
  const counts = { all: runs.length, running: 0, stuck: 0, done: 0 };
  for (const run of runs) counts[groupOf(run)] += 1;
  return counts;
}

function paged<T>(items: T[], wanted: number): Paged<T> {
  const pages = Math.max(1, Math.ceil(items.length / PAGE_SIZE));
  const page = Math.min(Math.max(1, wanted), pages);
  return { rows: items.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE), page, pages, total: items.length };
}

async function clientOf(room: Room, id: string, runs: ExecutionView[]): Promise<SelectedClient> {
  const none = {
    id,
    run: undefined,
    newestMail: undefined,
    formLink: undefined,
    welcomeLink: undefined,
    dashboardLink: undefined,
    unsettled: [],
    hint: undefined,
  };
  try {
    const run = await findRun(room, id, runs);
    const [mails, unsettled] = await Promise.all([mailsOf(room, run), run.runId ? unsettledMails(room, run.runId) : []]);
    const stopped = run.machine.find(({ status }) => ['failed', 'timed out', 'stopped'].includes(status));
    const { portal } = room.laptop.endpoints;
    return {
      id,
      run,
      newestMail: mails[0],
      formLink: newestLink(mails, '/onboarding/'),
      welcomeLink: newestLink(mails, '/welcome/'),
      dashboardLink: run.liveAt && run.businessId ? `${portal}/dashboard/${run.businessId}` : undefined,
      unsettled,
      hint: groupOf(run) === 'stuck' && stopped ? hintFor({ state: stopped.name, error: stopped.error ?? '', stage: 'local' }) : undefined,
    };
  } catch (error) {
    if (error instanceof Refusal) return none;
    throw error;
  }
}

const DEFAULT_HANDSET = '+61491570157';
const MOST_NUMBERS = 100;

function phoneOf(
  room: Room,
  { runs, number, client }: { runs: ExecutionView[]; number: string; client: RunView | undefined },
): Scene['phone'] {
  const { laptop } = room;
  const names = new Map(runs.flatMap(({ phoneNumber, client: name }) => (phoneNumber ? [[phoneNumber, name]] : [])));
  const known = handsets(laptop);
  const chosen = number || known[0] || DEFAULT_HANDSET;
  const bought = boughtNumbers(laptop).slice(0, MOST_NUMBERS);
  return {
    number: chosen,
    texts: handset(laptop, chosen).slice(-PAGE_SIZE),
    handsets: known.slice(0, MOST_NUMBERS),
    numbers: bought.map(({ e164 }) => ({ e164, label: names.get(e164) ?? 'nobody yet' })),
    to: client?.phoneNumber ?? bought[0]?.e164 ?? '',
  };
}

function noticesOf({ laptop }: Room): Scene['notices'] {
  return laptop.aws
    .topicMessages()
    .slice(-PAGE_SIZE)
    .toReversed()
    .map(({ at, subject = '(no subject)', message }) => ({ at, subject, body: message }));
}
