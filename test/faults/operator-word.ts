/** What the operator says of mails in doubt is the truth: whether SES took them. */
import { mailIdTag } from '../../shared/mail-tag';
import type { World } from './world';

/** `mailStart`: the mails before it are of another time. Answers the ids of the mails that it has settled. */
export async function settleMails(world: World, mailStart: number): Promise<string[]> {
  const rows = (await world.changes())['public.email_messages'] ?? [];
  const sent = new Set(
    world.ses
      .mailbox()
      .slice(mailStart)
      .map(({ tags }) => tags[mailIdTag]),
  );
  const settled: string[] = [];
  for (const { id, status, template, run_id } of rows) {
    if ((status !== 'unknown' && status !== 'claimed') || typeof run_id !== 'string') continue;
    const { data } = await world.db.from('provisioning_runs').select('invoice_number').eq('id', run_id).single();
    const count = await world.rpc<number>('settle_mails', {
      p_invoice_number: String(data!.invoice_number),
      p_template: template,
      p_decision: sent.has(String(id)) ? 'was-sent' : 'send-again',
      p_by: 'Pat',
      p_now: new Date().toISOString(),
    });
    if (count > 0) settled.push(String(id));
  }
  return settled;
}
