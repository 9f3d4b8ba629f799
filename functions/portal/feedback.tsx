/** …/feedback, from every page, and "this answer was wrong" on a text: stored, and the operator hears of it. */
import { Hono } from 'hono';
import { describeError } from '../../shared/errors';
import { log } from '../../shared/log';
import { notifyOnce } from '../../shared/notify-once';
import { done, found, idParam, type Request } from './business';
import { pathOf } from './paths';
import { MessageId } from './member/database';
import { type FeedbackKind, feedbackKinds } from './member/people';
import { FeedbackFormPage, FlagPage } from './pages/feedback-pages';
import { cleaned, cleanedFields } from './posted-fields';
import type { PortalEnv } from './services';

export const feedback = new Hono<PortalEnv>({ strict: false })
  .get('/feedback', ask)
  .post('/feedback', give)
  .get('/leads/:leadId/flag/:messageId{[0-9]+}', askAboutReply)
  .post('/leads/:leadId/flag/:messageId{[0-9]+}', flag);

const refusals = {
  kind: 'Choose what it is about.',
  body: 'Tell us in a few words, at most 5,000 characters.',
  'too-many': 'You have told us a lot today, thank you. Please e-mail us the rest.',
};

async function ask(c: Request) {
  const frame = found(await c.var.member.frame(c.var.businessId));
  const about = cleaned(c.req.query('about') ?? '').slice(0, 100);
  return c.html(<FeedbackFormPage frame={frame} brand={c.var.services.brand} typed={{ about }} note={c.req.query('done')} />);
}

async function give(c: Request) {
  const { businessId, member, services } = c.var;
  const typed = await cleanedFields(c);
  const frame = found(await member.frame(businessId));
  const kind = feedbackKinds.find((name) => name === typed['kind'] && name !== 'wrong-reply') ?? 'confusion';
  const page = (typed['about'] ?? '').slice(0, 100);
  const given = found(await member.giveFeedback({ businessId, kind, body: typed['body'] ?? '', messageId: null, page }));
  if (typeof given === 'string') {
    return c.html(<FeedbackFormPage frame={frame} brand={services.brand} typed={typed} problem={refusals[given]} />, 422);
  }
  await tell(c, { kind, page, ...given });
  return done(c, pathOf(businessId, '/feedback'), 'thanks');
}

/** The assistant's text in this conversation, of this business. */
async function reply(c: Request) {
  const leadId = idParam(c, 'leadId');
  const id = c.req.param('messageId');
  const after = String(BigInt(found(MessageId.safeParse(id).data)) + 1n);
  const thread = found(await c.var.member.leadThread({ businessId: c.var.businessId, leadId }, after));
  const message = found(thread.messages.find((one) => one.id === id && one.direction === 'outbound'));
  return { ...thread, message };
}

async function askAboutReply(c: Request) {
  const { frame, lead, message } = await reply(c);
  return c.html(<FlagPage frame={frame} leadId={lead.id} message={message} />);
}

async function flag(c: Request) {
  const { businessId, member } = c.var;
  const { body = '' } = await cleanedFields(c);
  const { frame, lead, message } = await reply(c);
  const kind = 'wrong-reply';
  const page = 'Conversation';
  const given = found(await member.giveFeedback({ businessId, kind, body, messageId: message.id, page }));
  if (typeof given === 'string')
    return c.html(<FlagPage frame={frame} leadId={lead.id} message={message} problem={refusals[given]} />, 422);
  await tell(c, { kind, page, ...given });
  return done(c, pathOf(businessId, `/leads/${lead.id}`), 'flagged');
}

interface Given {
  kind: FeedbackKind;
  page: string;
  feedbackId: string;
  isNew: boolean;
}

const kindWords = { bug: 'a bug', confusion: 'something confusing', feature: 'a wish', 'wrong-reply': 'a wrong answer' } as const;

/** Where all notices go. Who it was and the words themselves stand on the board alone. A notice that fails is in the log; the feedback is stored and on the board. */
async function tell(c: Request, { kind, page, feedbackId, isNew }: Given): Promise<void> {
  const { services, baseUrl } = c.var;
  if (!isNew) return;
  const subject = `Feedback: ${kindWords[kind]}`;
  const about = `A client has told us of ${kindWords[kind]}, on the page “${page}”.`;
  try {
    await notifyOnce(
      { key: `feedback:${feedbackId}`, subject, body: `${about}\n\nRead it on the board: ${baseUrl}/operator/feedback` },
      services,
    );
  } catch (error) {
    log.error('nobody was told of feedback', { feedbackId, ...describeError(error) });
  }
}
