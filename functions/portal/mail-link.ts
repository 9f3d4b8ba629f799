/** Mails with a link that somebody asked for on a page. */
import { describeError } from '../../shared/errors';
import { log } from '../../shared/log';
import { type OneMail, sendOnce } from '../../shared/send-once';
import type { PortalServices } from './services';

/** Never throws: the page says the same whether or not there was somebody to write to, and whether or not the mail went out. The log knows. */
export async function mailLink(mail: OneMail, services: PortalServices): Promise<void> {
  try {
    await sendOnce(mail, services);
  } catch (error) {
    log.warn('a link was asked for and not surely mailed', { template: mail.template, runId: mail.runId, ...describeError(error) });
  }
}
