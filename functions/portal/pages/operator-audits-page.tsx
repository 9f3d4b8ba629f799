import { adviceFor, audits as names } from '../../../shared/audit/finding';
import { stageFlag } from '../../../shared/stage';
import type { Audits, BoardFinding } from '../operator/operator';
import { MailWord } from './operator-mail-word';
import { OperatorLayout, Utc } from './operator-layout';

interface Props {
  audits: Audits;
  stage: string;
  note?: string | undefined;
  problem?: string | undefined;
}

/** What the hourly audits have found: what is open, since when, and what to do; and what was resolved lately. */
export function AuditsPage({ audits: { open, openTotal, resolved, rounds }, stage, note, problem }: Props) {
  return (
    <OperatorLayout title="Audits" at="/operator/audits" note={note} problem={problem}>
      <p class="hint">
        Every hour, looking only. Last looked at:{' '}
        {names.map((name, index) => (
          <>
            {index > 0 && ', '}
            {name} {rounds[name] ? <Utc time={rounds[name]} /> : 'not yet'}
          </>
        ))}
      </p>
      <h2>Open</h2>
      {open.length === 0 && <p class="card">{nothingWords(rounds)}</p>}
      <Findings findings={open} stage={stage} />
      {openTotal > open.length && (
        <p class="hint">
          The newest {open.length} of {openTotal}; all of them: <code>npm run audit --{stageFlag(stage)}</code>.
        </p>
      )}
      <h2>Resolved in the last 30 days</h2>
      {resolved.length === 0 && <p class="card">Nothing.</p>}
      <Findings findings={resolved} stage={stage} />
    </OperatorLayout>
  );
}

/** Nothing found is no news where nobody has looked. */
function nothingWords(rounds: Audits['rounds']): string {
  const unseen = names.filter((name) => !rounds[name]);
  if (unseen.length === 0) return 'Nothing: what the vendors hold is what we have noted.';
  return unseen.length === names.length ? 'Nobody has looked yet.' : `Nothing so far. Not looked at yet: ${unseen.join(', ')}.`;
}

function Findings({ findings, stage }: { findings: BoardFinding[]; stage: string }) {
  if (findings.length === 0) return null;
  return (
    <ul class="lines">
      {findings.map((finding) => (
        <Finding finding={finding} stage={stage} />
      ))}
    </ul>
  );
}

function Finding({ finding, stage }: { finding: BoardFinding; stage: string }) {
  const { title, do: action } = adviceFor(finding, stage);
  const { detail, mail, runId, invoiceNumber, firstSeenAt, lastSeenAt, resolvedAt, occurrences } = finding;
  return (
    <li>
      <p class="head">
        <strong>{title}</strong> <span class={resolvedAt ? 'tag' : 'tag bad'}>{resolvedAt ? 'resolved' : 'open'}</span>
        {occurrences > 1 && <span class="tag">for the {ordinal(occurrences)} time</span>}
      </p>
      <p>{detail}.</p>
      {!resolvedAt && <p class="lines-kept">{action}</p>}
      {mail && <Mail mail={mail} />}
      <p class="hint">
        First seen <Utc time={firstSeenAt} />, last seen <Utc time={lastSeenAt} />
        {resolvedAt && (
          <>
            , resolved <Utc time={resolvedAt} />
          </>
        )}
        {runId && (
          <>
            {' · '}
            <a href={`/operator/runs/${runId}`}>run {invoiceNumber}</a>
          </>
        )}
      </p>
    </li>
  );
}

/** The finding stays until the next round looks. */
function Mail({ mail }: { mail: NonNullable<BoardFinding['mail']> }) {
  if (mail.needsWord)
    return (
      <>
        <p>It was for {mail.to}.</p>
        <MailWord mail={mail} action={`/operator/audits/mails/${mail.id}`} />
      </>
    );
  return <p>{mail.settledBy ? `Settled by ${mail.settledBy}` : `Known by now: ${mail.status}`}. The next round takes it from here.</p>;
}

/** `2nd`; 11 to 13 are all `th`. */
function ordinal(count: number): string {
  const endings: Record<string, string> = { one: 'st', two: 'nd', few: 'rd' };
  return `${count}${endings[new Intl.PluralRules('en', { type: 'ordinal' }).select(count)] ?? 'th'}`;
}
