import type { BoardMail } from '../operator/mails';
import { PostButton } from './business-layout';

/** What the operator can say of a mail that nobody knows went out. `action`: where the word goes. */
export function MailWord({ mail, action }: { mail: BoardMail; action: string }) {
  const [decision, label] = mail.sentAgainBy ? (['send-again', 'Send again'] as const) : (['never-sent', 'Never sent'] as const);
  return (
    <div class="buttons">
      <PostButton action={action} fields={{ decision: 'was-sent' }}>
        Was sent <span class="unseen">({mail.template})</span>
      </PostButton>
      <PostButton action={action} fields={{ decision }}>
        {label} <span class="unseen">({mail.template})</span>
      </PostButton>
    </div>
  );
}
