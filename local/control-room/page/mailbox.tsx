import { displayPhone } from '../../../shared/phone';
import type { MailView } from '../mailbox';
import { hrefOf } from '../query';
import type { Scene } from '../scene';
import { Card, Pager, When } from './parts';

/** Everybody's mails, and the one that is read. */
export function Mailbox({ scene }: { scene: Scene }) {
  const { mails, mail, query, client } = scene;
  return (
    <Card id="mailbox" title="Mailbox" isLive={false}>
      <div id="mails" data-live>
        <nav class="filters" aria-label="Whose mails">
          <a href={hrefOf(query, { mails: '', mail: '', mailPage: 1 })} aria-current={query.mails === '' ? 'true' : undefined}>
            Everybody’s {query.mails === '' && <b>{mails.total}</b>}
          </a>
          {client?.run && (
            <a
              href={hrefOf(query, { mails: 'client', mail: '', mailPage: 1, run: client.id })}
              aria-current={query.mails === 'client' ? 'true' : undefined}
            >
              {client.run.client || client.run.invoiceNumber} only {query.mails === 'client' && <b>{mails.total}</b>}
            </a>
          )}
        </nav>
        {mails.total === 0 && <p class="empty">No mail yet.</p>}
        <ul class="plain mails scroll" id="mails-rows">
          {mails.rows.map((row) => (
            <Line row={row} scene={scene} />
          ))}
        </ul>
        <Pager list={mails} what="mails" hrefTo={(mailPage) => hrefOf(query, { mailPage, mail: '' })} />
      </div>
      <div id="reader" data-live>
        {mail && <Reader mail={mail} />}
      </div>
    </Card>
  );
}

function Line({ row, scene: { query, mail } }: { row: MailView; scene: Scene }) {
  return (
    <li class={row.id === mail?.id ? 'chosen' : undefined}>
      <a href={hrefOf(query, { mail: row.id })}>{row.subject}</a>
      <small>
        {row.to} · <When at={row.at} />
        {row.status !== 'delivered' && <b class={row.status === 'bounced' ? 'bad' : undefined}> · {row.status}</b>}
      </small>
    </li>
  );
}

/** The mail in a frame without scripts, whose links open in new tabs. */
function Reader({ mail }: { mail: MailView }) {
  return (
    <iframe
      class="reader"
      title={`Mail: ${mail.subject}`}
      src={`/mails/${encodeURIComponent(mail.id)}`}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
    />
  );
}

/** A number as people read it; names and short codes as they are. */
export const phoneText = (number: string) => (number.startsWith('+') ? displayPhone(number) : number);
