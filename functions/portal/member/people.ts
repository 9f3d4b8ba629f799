/** People of a business, and the person's own account. */
import * as z from 'zod';
import { changed, Done, isId, type MemberDatabase, now, Utc } from './database';
import { Account, Frame, Role, type WalkthroughStep } from './frame';

export const PeopleData = z.object({
  frame: Frame,
  people: z.array(
    z.object({
      userId: z.guid(),
      email: z.string().nullable(),
      role: Role,
      since: Utc,
      lastViewedAt: Utc.nullable(),
      isMe: z.boolean(),
    }),
  ),
  invitations: z.array(z.object({ email: z.string(), createdAt: Utc, expiresAt: Utc })),
});
export type PeopleData = z.infer<typeof PeopleData>;

export const feedbackKinds = ['bug', 'confusion', 'feature', 'wrong-reply'] as const;
export type FeedbackKind = (typeof feedbackKinds)[number];

const feedbackProblems = ['kind', 'body', 'too-many'] as const;
type FeedbackGiven = 'not-found' | (typeof feedbackProblems)[number] | { feedbackId: string; isNew: boolean };
const Given = z
  .object({
    outcome: z.enum(['done', 'refused']),
    reason: z.enum(feedbackProblems).nullable(),
    feedbackId: z.guid().nullish(),
    isNew: z.boolean().nullish(),
  })
  .nullable()
  .transform((answer): FeedbackGiven => {
    if (!answer) return 'not-found';
    return answer.reason ?? { feedbackId: answer.feedbackId ?? '', isNew: answer.isNew ?? false };
  });

const emailProblems = ['email', 'same-as-before'] as const;
const EmailRequested = z
  .object({ outcome: z.enum(['done', 'refused']), reason: z.enum(emailProblems).nullable(), oldEmail: z.string().nullish() })
  .nullable()
  .transform((answer): 'not-found' | (typeof emailProblems)[number] | { oldEmail: string } => {
    if (!answer) return 'not-found';
    return answer.reason ?? { oldEmail: answer.oldEmail ?? '' };
  });

const person = (businessId: string, userId: string) => ({ p_business_id: businessId, p_user_id: userId, p_now: now() });

export function peopleOf(db: MemberDatabase) {
  return {
    /** The owner's. */
    people: (businessId: string) => db.call('people', { p_business_id: businessId, p_now: now() }, PeopleData.nullable()),
    /** Stores the hash of the link; the caller mails it. */
    inviteMember: (businessId: string, invitation: { email: string; tokenHash: string; expiresAt: Date }) =>
      db.call(
        'invite_member',
        {
          p_business_id: businessId,
          p_email: invitation.email,
          p_token_hash: invitation.tokenHash,
          p_expires_at: invitation.expiresAt.toISOString(),
          p_now: now(),
        },
        changed(['email', 'already-a-member', 'too-many-people']),
      ),
    withdrawInvitation: (businessId: string, email: string) =>
      db.call('withdraw_invitation', { p_business_id: businessId, p_email: email, p_now: now() }, Done),
    /** The owner removes a member; a member may leave. */
    removeMember: async (businessId: string, userId: string) =>
      isId(userId) ? db.call('remove_member', person(businessId, userId), changed(['is-the-owner'])) : 'not-found',
    /** The member becomes the owner, the owner a member. */
    handOver: async (businessId: string, userId: string) =>
      isId(userId) ? db.call('hand_over', person(businessId, userId), changed(['is-the-owner'])) : 'not-found',
    account: () => db.call('my_account', {}, Account),
    /** One link to the old address, one to the new; both must be used. */
    requestEmailChange: (wish: { newEmail: string; oldTokenHash: string; newTokenHash: string; expiresAt: Date }) =>
      db.call(
        'request_email_change',
        {
          p_new_email: wish.newEmail,
          p_old_token_hash: wish.oldTokenHash,
          p_new_token_hash: wish.newTokenHash,
          p_expires_at: wish.expiresAt.toISOString(),
          p_now: now(),
        },
        EmailRequested,
      ),
    withdrawEmailChange: () => db.call('withdraw_email_change', { p_now: now() }, z.boolean()),
    /** `businessId` null: in each of this person's businesses (a password is for all). False: not a member. */
    walkthroughDone: (businessId: string | null, step: WalkthroughStep) =>
      db.call('walkthrough_done', { p_business_id: businessId, p_step: step, p_now: now() }, z.boolean()),
    /** True skips what is left, false takes it up again. */
    walkthroughSkip: (businessId: string, skip: boolean) =>
      db.call('walkthrough_skip', { p_business_id: businessId, p_skip: skip, p_now: now() }, z.boolean()),
    /** `messageId`: the reply that was wrong. `isNew` false: the same flag again, nobody needs to be told. */
    giveFeedback: (given: { businessId: string; kind: FeedbackKind; body: string; messageId: string | null; page: string }) =>
      db.call(
        'give_feedback',
        {
          p_business_id: given.businessId,
          p_kind: given.kind,
          p_body: given.body,
          p_message_id: given.messageId,
          p_page: given.page.slice(0, 200),
          p_now: now(),
        },
        Given,
      ),
  };
}
