import type { Mailer } from '../../shared/ports/aws';
import { type Script, scripted } from './script';

/** What SES accepted. */
export function fakeMailer(script: Script<Mailer> = {}) {
  const sent: (Parameters<Mailer['send']>[0] & { messageId: string })[] = [];
  const port: Mailer = {
    async send(mail) {
      const messageId = `ses-${sent.length + 1}`;
      sent.push({ ...mail, messageId });
      return { messageId };
    },
  };
  return { ...scripted(port, script), sent };
}
