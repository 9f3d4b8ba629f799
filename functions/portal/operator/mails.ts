/** Mails as the operator's board shows them, and the operator's word on one that nobody knows went out. */
import * as z from 'zod';
import { mailDecisions, sendsAgain } from '../../../shared/ports/mail-log';
import { Utc } from '../member/database';

export const BoardMail = z.object({
  id: z.guid(),
  template: z.string(),
  status: z.string(),
  claimedAt: Utc,
  sentAt: Utc.nullable(),
  deliveredAt: Utc.nullable(),
  bouncedAt: Utc.nullable(),
  settledBy: z.string().nullable(),
  /** Nobody knows whether it went out: the operator says. */
  needsWord: z.boolean(),
  /** If it is settled as not sent; null: nobody. */
  sentAgainBy: z.enum(sendsAgain).nullable(),
});
export type BoardMail = z.infer<typeof BoardMail>;

export const MailDecision = z.enum(mailDecisions);
export type MailDecision = z.infer<typeof MailDecision>;

/** `settled`: it is, or on its way just now. */
const problems = ['decision', 'settled'] as const;
type Settled = Pick<BoardMail, 'template' | 'sentAgainBy'>;
export const SettleAnswer = z
  .object({
    outcome: z.enum(['done', 'refused']),
    reason: z.enum(problems).nullable(),
    template: z.string().optional(),
    sentAgainBy: z.enum(sendsAgain).nullish(),
  })
  .nullable()
  .transform((answer): 'not-found' | (typeof problems)[number] | Settled => {
    if (!answer) return 'not-found';
    return answer.reason ?? { template: answer.template ?? '', sentAgainBy: answer.sentAgainBy ?? null };
  });

/** The note of what is to be done now. */
export function settledNote({ template, sentAgainBy }: Settled, decision: MailDecision): string {
  if (sentAgainBy === 'redrive') return 'settled';
  if (decision === 'was-sent') return 'settled-own';
  if (sentAgainBy === 'schedule') return 'settled-scheduled';
  return template.endsWith('-by-operator') ? 'settled-own-again' : 'settled-never';
}
