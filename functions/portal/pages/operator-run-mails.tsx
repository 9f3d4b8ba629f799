import type { RunPage } from '../operator/operator';
import { PostButton } from './business-layout';
import { MailWord } from './operator-mail-word';
import { Table, Utc } from './operator-layout';

/** What went out to the client, and what can go again. */
export function Mails({ page, path }: { page: RunPage; path: string }) {
  const kinds = [
    ...(page.canInvite
      ? ([
          ['invite', 'Send a fresh link to the form'],
          ['reminder', 'Send a reminder'],
        ] as const)
      : []),
    ...(page.canSignIn ? ([['sign-in-link', 'Send a link to sign in']] as const) : []),
  ];
  return (
    <section>
      <h2>Mails</h2>
      <Table label="Mails" head={['Mail', 'Status', 'Sent', 'Delivered', 'Your word']}>
        {page.mails.map((mail) => (
          <tr class={mail.needsWord ? 'stuck' : undefined}>
            <th scope="row">{mail.template}</th>
            <td>
              {mail.status}
              {mail.bouncedAt && ' (bounced)'}
            </td>
            <td>
              <Utc time={mail.sentAt} />
            </td>
            <td>
              <Utc time={mail.deliveredAt} />
            </td>
            <td>
              {mail.needsWord && <MailWord mail={mail} action={`${path}/mails/${mail.id}`} />}
              {mail.settledBy && `settled by ${mail.settledBy}`}
            </td>
          </tr>
        ))}
      </Table>
      <div class="buttons">
        {kinds.map(([kind, label]) => (
          <PostButton action={`${path}/resend`} fields={{ kind }}>
            {label}
          </PostButton>
        ))}
      </div>
    </section>
  );
}
